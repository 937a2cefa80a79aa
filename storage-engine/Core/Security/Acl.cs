namespace Serverless.StorageEngine.Security;

/// <summary>One right that a principal is given or denied. The same right is there once, however often it is
/// given.</summary>
/// <param name="ResourceType">The kind of resource.</param>
/// <param name="ResourceName">Its name, or how its name begins.</param>
/// <param name="PatternType">Which of the two.</param>
/// <param name="Principal">Who; <see cref="Principal.Everybody"/> for all, those without a name included.</param>
/// <param name="Operation">What.</param>
/// <param name="Permission">Given or denied.</param>
/// <remarks>Kafka's host is always <see cref="AclRules.AnyHost"/> here: behind a proxy an address proves
/// nothing.</remarks>
public sealed record Acl(
    AclResourceType ResourceType,
    string ResourceName,
    AclPatternType PatternType,
    Principal Principal,
    AclOperation Operation,
    AclPermissionType Permission);
