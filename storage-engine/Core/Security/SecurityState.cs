using System.Collections.Immutable;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Security;

/// <summary>All rights, keys and quotas at one point of their history.</summary>
/// <param name="Acls">The rights, each with the version of its row.</param>
/// <param name="Keys">The keys by their ids.</param>
/// <param name="KeyVersions">The versions of the keys' rows.</param>
/// <param name="Quotas">The quotas, each with the version of its row.</param>
/// <param name="Head">The version of the row that every change moves; null when there was none yet.</param>
public sealed record SecurityState(
    ImmutableDictionary<Acl, RowVersion> Acls,
    ImmutableDictionary<string, ApiKey> Keys,
    ImmutableDictionary<string, RowVersion> KeyVersions,
    ImmutableDictionary<QuotaEntity, (QuotaLimits Limits, RowVersion Version)> Quotas,
    RowVersion? Head)
{
    /// <summary>Nothing is allowed, and nobody has a key.</summary>
    public static SecurityState Empty { get; } = new(
        ImmutableDictionary<Acl, RowVersion>.Empty,
        ImmutableDictionary<string, ApiKey>.Empty,
        ImmutableDictionary<string, RowVersion>.Empty,
        ImmutableDictionary<QuotaEntity, (QuotaLimits Limits, RowVersion Version)>.Empty,
        null);

    /// <summary>The keys of a principal, the oldest first.</summary>
    public IEnumerable<ApiKey> KeysOf(Principal principal) =>
        Keys.Values.Where(key => key.Principal == principal)
            .OrderBy(static key => key.CreatedAt)
            .ThenBy(static key => key.Id, StringComparer.Ordinal);
}
