namespace Serverless.StorageEngine.Security;

/// <summary>Which rights a request means: those that have every part that is stated. Pure.</summary>
/// <param name="ResourceType">The type, or null for any.</param>
/// <param name="ResourceName">The name, or null for any.</param>
/// <param name="PatternType">The pattern type, or null for any.</param>
/// <param name="Matches">
/// Whether the name is that of a resource, and what is meant are all rights about it; with <paramref
/// name="PatternType"/>
/// null. Kafka's pattern type MATCH.
/// </param>
/// <param name="Principal">The principal, or null for any.</param>
/// <param name="Host">The host, or null for any.</param>
/// <param name="Operation">The operation, or null for any.</param>
/// <param name="Permission">The permission, or null for any.</param>
public sealed record AclFilter(
    AclResourceType? ResourceType = null,
    string? ResourceName = null,
    AclPatternType? PatternType = null,
    bool Matches = false,
    Principal? Principal = null,
    string? Host = null,
    AclOperation? Operation = null,
    AclPermissionType? Permission = null)
{
    /// <summary>Whether the request means <paramref name="acl"/>.</summary>
    public bool Means(Acl acl) =>
        (ResourceType ?? acl.ResourceType) == acl.ResourceType
        && (PatternType ?? acl.PatternType) == acl.PatternType
        && MeansName(acl)
        && (Principal ?? acl.Principal) == acl.Principal
        && (Host ?? AclRules.AnyHost) == AclRules.AnyHost
        && (Operation ?? acl.Operation) == acl.Operation
        && (Permission ?? acl.Permission) == acl.Permission;

    private bool MeansName(Acl acl) => ResourceName is null
        || (Matches ? AclRules.IsAbout(acl, acl.ResourceType, ResourceName) : acl.ResourceName == ResourceName);
}
