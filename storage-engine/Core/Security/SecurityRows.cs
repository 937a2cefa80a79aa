using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Security;

/// <summary>The stored form of rights, keys and quotas: rows of table partition <see cref="Partition"/>.</summary>
internal static class SecurityRows
{
    /// <summary>The table partition of all of them, so that one transaction can change any and the head.</summary>
    public const string Partition = "security";

    /// <summary>The row whose version moves with every change.</summary>
    public const string Head = "security";

    /// <summary>The version of the rows.</summary>
    public const int Version = 1;

    private const string AclPrefix = "acl|";
    private const string KeyPrefix = "key|";
    private const string QuotaPrefix = "quota|";

    /// <summary>The row of a right: the same right has the same row, whoever gives it.</summary>
    public static string KeyOf(Acl acl)
    {
        var text = string.Join(
            '\n',
            AclWords.Of(acl.ResourceType),
            AclWords.Of(acl.PatternType),
            acl.Principal,
            AclWords.Of(acl.Operation),
            AclWords.Of(acl.Permission),
            acl.ResourceName);
        return AclPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The row of a key.</summary>
    public static string KeyOf(string keyId) => KeyPrefix + keyId;

    /// <summary>A right as it is stored.</summary>
    public static ReadOnlyMemory<byte> Encode(Acl acl) => JsonSerializer.SerializeToUtf8Bytes(
        new AclRow(
            AclWords.Of(acl.ResourceType),
            acl.ResourceName,
            AclWords.Of(acl.PatternType),
            acl.Principal.ToString(),
            AclWords.Of(acl.Operation),
            AclWords.Of(acl.Permission)),
        SecurityJson.Default.AclRow);

    /// <summary>A key as it is stored.</summary>
    public static ReadOnlyMemory<byte> Encode(ApiKey key) => JsonSerializer.SerializeToUtf8Bytes(
        new ApiKeyRow(key.Principal.ToString(), key.SecretHash, key.CreatedAt.ToUnixTimeMilliseconds()),
        SecurityJson.Default.ApiKeyRow);

    /// <summary>The row of a quota: a name may hold what no row key may.</summary>
    public static string KeyOf(QuotaEntity entity) => QuotaPrefix + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{QuotaWords.Of(entity.Type)}\n{entity.Name}")));

    /// <summary>A quota as it is stored.</summary>
    public static ReadOnlyMemory<byte> Encode(QuotaEntity entity, QuotaLimits limits) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new QuotaRow(
                QuotaWords.Of(entity.Type),
                entity.Name,
                limits.ProducerByteRate,
                limits.ConsumerByteRate,
                limits.RequestRate),
            SecurityJson.Default.QuotaRow);

    /// <summary>The head of a state.</summary>
    public static ReadOnlyMemory<byte> EncodeHead(int acls, int keys, int quotas) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new SecurityHeadRow(Version, acls, keys, quotas), SecurityJson.Default.SecurityHeadRow);

    /// <summary>Puts the rows of a partition together.</summary>
    /// <param name="rows">All of them, read while nothing changed.</param>
    /// <exception cref="CorruptDataException">A row holds something else, or one is missing.</exception>
    public static SecurityState Decode(IReadOnlyList<TableRow> rows)
    {
        var acls = ImmutableDictionary.CreateBuilder<Acl, RowVersion>();
        var keys = ImmutableDictionary.CreateBuilder<string, ApiKey>(StringComparer.Ordinal);
        var versions = ImmutableDictionary.CreateBuilder<string, RowVersion>(StringComparer.Ordinal);
        var quotas = ImmutableDictionary.CreateBuilder<QuotaEntity, (QuotaLimits Limits, RowVersion Version)>();
        TableRow? head = null;
        foreach (var row in rows)
        {
            if (row.Key.StartsWith(AclPrefix, StringComparison.Ordinal))
            {
                acls[DecodeAcl(row)] = row.Version;
            }
            else if (row.Key.StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                var key = DecodeKey(row);
                (keys[key.Id], versions[key.Id]) = (key, row.Version);
            }
            else if (row.Key.StartsWith(QuotaPrefix, StringComparison.Ordinal))
            {
                var (entity, limits) = DecodeQuota(row);
                quotas[entity] = (limits, row.Version);
            }
            else if (row.Key == Head)
            {
                head = row;
            }
        }

        var counts = head is null ? new SecurityHeadRow(Version, 0, 0) : DecodeHead(head);
        if (counts.Acls != acls.Count || counts.Keys != keys.Count || (counts.Quotas ?? quotas.Count) != quotas.Count)
        {
            throw new CorruptDataException(
                $"Rows of {Partition}: expected {counts.Acls} rights, {counts.Keys} keys and {counts.Quotas} quotas, "
                + $"found {acls.Count}, {keys.Count} and {quotas.Count}.");
        }

        return new SecurityState(
            acls.ToImmutable(), keys.ToImmutable(), versions.ToImmutable(), quotas.ToImmutable(), head?.Version);
    }

    private static SecurityHeadRow DecodeHead(TableRow row) =>
        Read(row, SecurityJson.Default.SecurityHeadRow) is { V: Version } head
            ? head
            : throw Misfit(row, $"version {Version}, which this program knows");

    private static Acl DecodeAcl(TableRow row)
    {
        var stored = Read(row, SecurityJson.Default.AclRow);
        if (AclWords.TryParse(stored.ResourceType, out AclResourceType type)
            && AclWords.TryParse(stored.PatternType, out AclPatternType pattern)
            && AclWords.TryParse(stored.Operation, out AclOperation operation)
            && AclWords.TryParse(stored.Permission, out AclPermissionType permission)
            && Principal.TryParse(stored.Principal, out var principal, out _)
            && new Acl(type, stored.ResourceName, pattern, principal, operation, permission) is var acl
            && KeyOf(acl) == row.Key)
        {
            return acl;
        }

        throw Misfit(row, "a right whose hash is the row's key");
    }

    private static ApiKey DecodeKey(TableRow row)
    {
        var stored = Read(row, SecurityJson.Default.ApiKeyRow);
        return Principal.TryParse(stored.Principal, out var principal, out _)
            && stored.SecretSha256.Length == SHA256.HashSizeInBytes * 2
            ? new ApiKey(
                row.Key[KeyPrefix.Length..],
                principal,
                stored.SecretSha256,
                DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt))
            : throw Misfit(row, "a key with a principal and the hash of a secret");
    }

    private static (QuotaEntity Entity, QuotaLimits Limits) DecodeQuota(TableRow row)
    {
        var stored = Read(row, SecurityJson.Default.QuotaRow);
        var limits = new QuotaLimits(stored.ProducerByteRate, stored.ConsumerByteRate, stored.RequestRate);
        return QuotaWords.TryType(stored.EntityType, out var type)
            && QuotaEntity.TryParse(type, stored.EntityName, out var entity, out _)
            && limits.IsPossible
            && KeyOf(entity) == row.Key
            ? (entity, limits)
            : throw Misfit(row, "a quota whose hash is the row's key");
    }

    private static T Read<T>(TableRow row, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(row.Value.Span, type) ?? throw Misfit(row, "an object");
        }
        catch (JsonException)
        {
            throw Misfit(row, $"the JSON of a {typeof(T).Name}");
        }
    }

    // What it holds is not quoted: it may be the hash of a secret.
    private static CorruptDataException Misfit(TableRow row, string expected) =>
        new($"Row {row.Key} of {Partition}: expected {expected}, found something else.");
}
