using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Security;

/// <summary>Kafka's rules of who may do what. Pure.</summary>
public static class AclRules
{
    /// <summary>The one name that a resource of type <see cref="AclResourceType.Cluster"/> has.</summary>
    public const string ClusterName = "kafka-cluster";

    /// <summary>The literal name that stands for all resources of a type.</summary>
    public const string AnyName = "*";

    /// <summary>The only host that an <see cref="Acl"/> can name.</summary>
    public const string AnyHost = "*";

    /// <summary>Whether a right that is given to <paramref name="given"/> covers <paramref name="asked"/>.</summary>
    /// <remarks>
    /// Whoever may read, write, delete or alter may know that it is there; whoever may change settings may see them.
    /// What
    /// is denied is denied by itself: without DESCRIBE one may still write, and then knows that it is there, as in
    /// Kafka.
    /// </remarks>
    public static bool Covers(AclOperation given, AclOperation asked) =>
        given == AclOperation.All
        || given == asked
        || (asked == AclOperation.Describe
            && given is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter)
        || (asked == AclOperation.DescribeConfigs && given == AclOperation.AlterConfigs);

    /// <summary>Whether <paramref name="acl"/> is about a resource.</summary>
    public static bool IsAbout(Acl acl, AclResourceType type, string name) =>
        acl.ResourceType == type && acl.PatternType switch
        {
            AclPatternType.Literal => acl.ResourceName == AnyName || acl.ResourceName == name,
            _ => name.StartsWith(acl.ResourceName, StringComparison.Ordinal),
        };

    /// <summary>Whether <paramref name="acl"/> is about a principal.</summary>
    public static bool IsAbout(Acl acl, Principal principal) =>
        acl.Principal == principal || acl.Principal == Principal.Everybody;

    /// <summary>
    /// Whether a principal may do something: nothing denies it, and something allows it. The rule as it reads;
    /// <see cref="AclIndex"/> finds the same faster.
    /// </summary>
    /// <param name="acls">All rights.</param>
    /// <param name="principal">Who asks.</param>
    /// <param name="operation">What for.</param>
    /// <param name="type">The kind of the resource.</param>
    /// <param name="name">Its name.</param>
    public static bool IsAllowed(
        IEnumerable<Acl> acls, Principal principal, AclOperation operation, AclResourceType type, string name)
    {
        var allowed = false;
        foreach (var acl in acls.Where(acl => IsAbout(acl, principal) && IsAbout(acl, type, name)))
        {
            if (Denies(acl, operation))
            {
                return false;
            }

            allowed |= Allows(acl, operation);
        }

        return allowed;
    }

    /// <summary>Whether an <see cref="Acl"/> about principal and resource denies an operation.</summary>
    public static bool Denies(Acl acl, AclOperation operation) =>
        acl.Permission == AclPermissionType.Deny
        && (acl.Operation == AclOperation.All || acl.Operation == operation);

    /// <summary>Whether an <see cref="Acl"/> about principal and resource allows an operation.</summary>
    public static bool Allows(Acl acl, AclOperation operation) =>
        acl.Permission == AclPermissionType.Allow && Covers(acl.Operation, operation);

    /// <summary>Why <paramref name="acl"/> cannot be stored, in one sentence, or null.</summary>
    public static string? ProblemOf(Acl acl)
    {
        if (!HasOperation(acl.ResourceType, acl.Operation))
        {
            return $"{AclWords.Of(acl.Operation)} cannot be allowed or denied on a resource of the type "
                + $"{AclWords.Of(acl.ResourceType)}.";
        }

        if (acl.ResourceType == AclResourceType.Cluster)
        {
            return acl is { PatternType: AclPatternType.Literal, ResourceName: ClusterName or AnyName }
                ? null
                : $"The resource of type CLUSTER has the literal name '{ClusterName}', not '{acl.ResourceName}'.";
        }

        return acl is { PatternType: AclPatternType.Literal, ResourceName: AnyName }
            ? null
            : ProblemOfName(acl);
    }

    /// <summary>Whether Kafka knows an operation on resources of a type.</summary>
    public static bool HasOperation(AclResourceType type, AclOperation operation) =>
        operation == AclOperation.All || type switch
        {
            AclResourceType.Topic => operation is AclOperation.Read or AclOperation.Write or AclOperation.Create
                or AclOperation.Delete or AclOperation.Alter or AclOperation.Describe
                or AclOperation.DescribeConfigs or AclOperation.AlterConfigs,
            AclResourceType.Group => operation is AclOperation.Read or AclOperation.Delete or AclOperation.Describe
                or AclOperation.DescribeConfigs or AclOperation.AlterConfigs,
            AclResourceType.Cluster => operation is AclOperation.Create or AclOperation.Alter
                or AclOperation.Describe or AclOperation.ClusterAction or AclOperation.DescribeConfigs
                or AclOperation.AlterConfigs or AclOperation.IdempotentWrite,
            _ => operation is AclOperation.Write or AclOperation.Describe,
        };

    private static string? ProblemOfName(Acl acl)
    {
        var problem = acl switch
        {
            { ResourceType: AclResourceType.Topic, PatternType: AclPatternType.Prefixed } when acl.ResourceName is "."
                or ".." => null,
            { ResourceType: AclResourceType.Topic } =>
                TopicName.TryParse(acl.ResourceName, out _, out var broken) ? null : broken,
            _ => NameKey.ProblemOf(acl.ResourceName, ProducerName.BytesMax),
        };
        return problem is null ? null : $"The resource_name cannot be one of its type: {problem}.";
    }
}
