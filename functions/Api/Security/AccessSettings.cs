using System.Collections.Immutable;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>Who is let in without or beside the stored rights. The default lets nobody in without a key.</summary>
public sealed record AccessSettings
{
    /// <summary>What whoever shows nothing may do.</summary>
    public AnonymousAccess Anonymous { get; init; } = AnonymousAccess.None;

    /// <summary>
    /// Whether whoever shows nothing must have asked for a loopback name or address, because only this machine reaches
    /// the node: any other name is one that somebody's web page has turned to this machine.
    /// </summary>
    public bool OnLoopbackOnly { get; init; }

    /// <summary>
    /// Whether the address that a request comes from is its client's, or one of a proxy that the client chose. Behind
    /// the Azure Functions host it is that of Azure's front end, which many strangers share.
    /// </summary>
    public bool KnowsAddresses { get; init; } = true;

    /// <summary>Who may do everything, whatever the stored rights say.</summary>
    public ImmutableHashSet<Principal> SuperUsers { get; init; } = [];

    /// <summary>Whether anybody may see the metrics; else <c>DESCRIBE</c> on the cluster is needed.</summary>
    public bool MetricsOpen { get; init; }
}
