using System.Collections.Immutable;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>
/// What a route asks of its caller; stands at the route as metadata. A route without it refuses everybody.
/// </summary>
internal sealed record Access
{
    private Access(bool isOpen, ImmutableArray<Right> rights, string why) =>
        (IsOpen, Rights, NamesTopic, Why) =
            (isOpen, rights, rights.Any(static right => right.Type == AclResourceType.Topic), why);

    /// <summary>Whether nobody is asked who he is.</summary>
    public bool IsOpen { get; }

    /// <summary>The rights to what the path names, all of which are needed.</summary>
    public ImmutableArray<Right> Rights { get; }

    /// <summary>Whether the path names a topic to which a right is needed.</summary>
    public bool NamesTopic { get; }

    /// <summary>Why that is enough, where the path does not show it.</summary>
    public string Why { get; }

    /// <summary>Anybody, whatever he shows.</summary>
    /// <param name="why">Why that does no harm.</param>
    public static Access Open(string why) => new(isOpen: true, [], why);

    /// <summary>Whoever is known; what he gets depends on his rights.</summary>
    /// <param name="why">What the endpoint asks itself.</param>
    public static Access Known(string why) => new(isOpen: false, [], why);

    /// <summary>Whoever has rights to what the path names.</summary>
    public static Access Needs(params ReadOnlySpan<Right> rights) => new(isOpen: false, [.. rights], "");
}
