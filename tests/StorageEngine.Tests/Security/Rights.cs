using CsCheck;
using Serverless.StorageEngine.Security;

namespace Serverless.StorageEngine.Tests.Security;

/// <summary>Rights for examples, and generated ones over names that overlap.</summary>
internal static class Rights
{
    public static readonly string[] AllNames = ["a", "aa", "ab", "b", "*"];

    public static Principal Alice { get; } = Named("alice");

    public static Principal Bob { get; } = Named("bob");

    public static Gen<AclOperation> Operations { get; } = Gen.OneOf(
        AclOperation.All, AclOperation.Read, AclOperation.Write, AclOperation.Describe, AclOperation.Alter);

    public static Gen<AclResourceType> Types { get; } =
        Gen.OneOf(AclResourceType.Topic, AclResourceType.Group);

    public static Gen<string> Names { get; } = Gen.Int[0, 4].Select(static index => AllNames[index]);

    public static Gen<Acl> Some { get; } = Gen.Select(
        Types,
        Names,
        Gen.OneOf(AclPatternType.Literal, AclPatternType.Prefixed),
        Gen.OneOf(Alice, Bob, Principal.Everybody),
        Operations,
        Gen.OneOf(AclPermissionType.Allow, AclPermissionType.Allow, AclPermissionType.Deny),
        static (type, name, pattern, principal, operation, permission) =>
            new Acl(type, name, pattern, principal, operation, permission));

    public static Acl Allow(Principal principal, AclOperation operation, string topic) => new(
        AclResourceType.Topic, topic, AclPatternType.Literal, principal, operation, AclPermissionType.Allow);

    public static Principal Named(string name)
    {
        Assert.True(Principal.TryName(name, out var principal, out var problem), problem);
        return principal;
    }
}
