using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.StorageEngine.Security;

/// <summary>Kafka's words for the parts of an <see cref="Acl"/>, on the wire and in rows.</summary>
public static class AclWords
{
    private static readonly FrozenDictionary<AclOperation, string> Operations = Enum.GetValues<AclOperation>()
        .ToFrozenDictionary(static one => one, static one => one switch
        {
            AclOperation.All => "ALL",
            AclOperation.Read => "READ",
            AclOperation.Write => "WRITE",
            AclOperation.Create => "CREATE",
            AclOperation.Delete => "DELETE",
            AclOperation.Alter => "ALTER",
            AclOperation.Describe => "DESCRIBE",
            AclOperation.ClusterAction => "CLUSTER_ACTION",
            AclOperation.DescribeConfigs => "DESCRIBE_CONFIGS",
            AclOperation.AlterConfigs => "ALTER_CONFIGS",
            AclOperation.IdempotentWrite => "IDEMPOTENT_WRITE",
            _ => throw new System.Diagnostics.UnreachableException($"The operation {one} has no word."),
        });

    private static readonly FrozenDictionary<AclResourceType, string> Types = Enum.GetValues<AclResourceType>()
        .ToFrozenDictionary(static one => one, static one => one switch
        {
            AclResourceType.Topic => "TOPIC",
            AclResourceType.Group => "GROUP",
            AclResourceType.Cluster => "CLUSTER",
            AclResourceType.TransactionalId => "TRANSACTIONAL_ID",
            _ => throw new System.Diagnostics.UnreachableException($"The resource type {one} has no word."),
        });

    private static readonly FrozenDictionary<AclPatternType, string> Patterns = new Dictionary<AclPatternType, string>
    {
        [AclPatternType.Literal] = "LITERAL",
        [AclPatternType.Prefixed] = "PREFIXED",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<AclPermissionType, string> Permissions =
        new Dictionary<AclPermissionType, string>
        {
            [AclPermissionType.Deny] = "DENY",
            [AclPermissionType.Allow] = "ALLOW",
        }.ToFrozenDictionary();

    /// <summary>The word of an operation.</summary>
    public static string Of(AclOperation operation) => Operations[operation];

    /// <summary>The word of a resource type.</summary>
    public static string Of(AclResourceType type) => Types[type];

    /// <summary>The word of a pattern type.</summary>
    public static string Of(AclPatternType type) => Patterns[type];

    /// <summary>The word of a permission.</summary>
    public static string Of(AclPermissionType permission) => Permissions[permission];

    /// <summary>Takes a word in any letter case, as Kafka does.</summary>
    public static bool TryParse(string? word, out AclOperation operation) => TryFind(Operations, word, out operation);

    /// <summary>Takes a word in any letter case.</summary>
    public static bool TryParse(string? word, out AclResourceType type) => TryFind(Types, word, out type);

    /// <summary>Takes a word in any letter case.</summary>
    public static bool TryParse(string? word, out AclPatternType type) => TryFind(Patterns, word, out type);

    /// <summary>Takes a word in any letter case.</summary>
    public static bool TryParse(string? word, out AclPermissionType permission) =>
        TryFind(Permissions, word, out permission);

    private static bool TryFind<T>(
        FrozenDictionary<T, string> words, [NotNullWhen(true)] string? word, out T value)
        where T : struct
    {
        foreach (var (one, its) in words)
        {
            if (its.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                value = one;
                return true;
            }
        }

        value = default;
        return false;
    }
}
