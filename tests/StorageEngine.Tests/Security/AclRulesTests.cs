using CsCheck;
using Serverless.StorageEngine.Security;
using static Serverless.StorageEngine.Tests.Security.Rights;

namespace Serverless.StorageEngine.Tests.Security;

public sealed class AclRulesTests
{
    [Fact]
    public void What_nothing_allows_is_denied() => Assert.False(May(Alice, AclOperation.Read, "orders"));

    [Fact]
    public void A_literal_right_is_about_its_own_name_only()
    {
        var right = Allow(Alice, AclOperation.Read, "orders");

        Assert.True(May(Alice, AclOperation.Read, "orders", right));
        Assert.False(May(Alice, AclOperation.Read, "orders2", right));
        Assert.False(May(Alice, AclOperation.Read, "Orders", right));
        Assert.False(May(Bob, AclOperation.Read, "orders", right));
        Assert.False(May(Alice, AclOperation.Write, "orders", right));
    }

    [Fact]
    public void A_prefixed_right_is_about_all_names_that_begin_with_it()
    {
        var right = Allow(Alice, AclOperation.Read, "shop.") with { PatternType = AclPatternType.Prefixed };

        Assert.True(May(Alice, AclOperation.Read, "shop.", right));
        Assert.True(May(Alice, AclOperation.Read, "shop.orders", right));
        Assert.False(May(Alice, AclOperation.Read, "shop", right));
        Assert.False(May(Alice, AclOperation.Read, "Shop.orders", right));
    }

    [Fact]
    public void The_literal_star_is_about_all_names_of_its_type()
    {
        var right = Allow(Alice, AclOperation.Read, "*");

        Assert.True(May(Alice, AclOperation.Read, "orders", right));
        Assert.False(AclRules.IsAllowed([right], Alice, AclOperation.Read, AclResourceType.Group, "orders"));
    }

    [Fact]
    public void A_right_for_everybody_is_one_for_those_without_a_name_too()
    {
        var right = Allow(Principal.Everybody, AclOperation.Read, "orders");

        Assert.True(May(Alice, AclOperation.Read, "orders", right));
        Assert.True(May(Principal.Anonymous, AclOperation.Read, "orders", right));
    }

    [Fact]
    public void What_is_denied_stays_denied_whatever_allows_it()
    {
        var denied = Allow(Alice, AclOperation.Read, "orders") with { Permission = AclPermissionType.Deny };

        Assert.False(May(
            Alice,
            AclOperation.Read,
            "orders",
            Allow(Alice, AclOperation.All, "orders"),
            Allow(Alice, AclOperation.Read, "*"),
            denied));
        Assert.True(May(Alice, AclOperation.Write, "orders", Allow(Alice, AclOperation.All, "orders"), denied));
    }

    [Fact]
    public void All_that_is_denied_is_everything() => Assert.False(May(
        Alice,
        AclOperation.Describe,
        "orders",
        Allow(Alice, AclOperation.All, "*"),
        Allow(Principal.Everybody, AclOperation.All, "or") with
        {
            PatternType = AclPatternType.Prefixed,
            Permission = AclPermissionType.Deny,
        }));

    [Theory]
    [InlineData(AclOperation.Read, AclOperation.Describe)]
    [InlineData(AclOperation.Write, AclOperation.Describe)]
    [InlineData(AclOperation.Delete, AclOperation.Describe)]
    [InlineData(AclOperation.Alter, AclOperation.Describe)]
    [InlineData(AclOperation.AlterConfigs, AclOperation.DescribeConfigs)]
    [InlineData(AclOperation.All, AclOperation.AlterConfigs)]
    public void Some_rights_cover_others(AclOperation given, AclOperation asked)
    {
        Assert.True(May(Alice, asked, "orders", Allow(Alice, given, "orders")));
        Assert.False(May(Alice, given, "orders", Allow(Alice, asked, "orders")));
    }

    [Theory]
    [InlineData(AclOperation.Create, AclOperation.Describe)]
    [InlineData(AclOperation.AlterConfigs, AclOperation.Describe)]
    [InlineData(AclOperation.Alter, AclOperation.AlterConfigs)]
    public void Others_do_not(AclOperation given, AclOperation asked) =>
        Assert.False(May(Alice, asked, "orders", Allow(Alice, given, "orders")));

    [Fact]
    public void A_denied_description_denies_no_write() => Assert.True(May(
        Alice,
        AclOperation.Write,
        "orders",
        Allow(Alice, AclOperation.Write, "orders"),
        Allow(Alice, AclOperation.Describe, "orders") with { Permission = AclPermissionType.Deny }));

    [Theory]
    [InlineData(AclResourceType.Cluster, AclOperation.Alter, AclRules.ClusterName, true)]
    [InlineData(AclResourceType.Cluster, AclOperation.Alter, "other", false)]
    [InlineData(AclResourceType.Cluster, AclOperation.Read, AclRules.ClusterName, false)]
    [InlineData(AclResourceType.Topic, AclOperation.IdempotentWrite, "orders", false)]
    [InlineData(AclResourceType.Topic, AclOperation.Read, "a b", false)]
    [InlineData(AclResourceType.Topic, AclOperation.Read, "оrders", false)]
    [InlineData(AclResourceType.Topic, AclOperation.Read, "*", true)]
    [InlineData(AclResourceType.Group, AclOperation.Read, "any text", true)]
    [InlineData(AclResourceType.Group, AclOperation.Read, "", false)]
    [InlineData(AclResourceType.Group, AclOperation.Write, "billing", false)]
    [InlineData(AclResourceType.TransactionalId, AclOperation.Write, "billing", true)]
    public void Only_rights_that_can_matter_can_be_given(
        AclResourceType type, AclOperation operation, string name, bool possible) => Assert.Equal(
            possible,
            AclRules.ProblemOf(
                new(type, name, AclPatternType.Literal, Alice, operation, AclPermissionType.Allow)) is null);

    [Fact]
    public void The_index_decides_as_the_rule_reads() => Gen
        .Select(Some.Array[0, 12], Gen.OneOf(Alice, Bob, Principal.Anonymous), Operations, Types, Names)
        .Sample(static (acls, principal, operation, type, name) => Assert.Equal(
            AclRules.IsAllowed(acls, principal, operation, type, name),
            new AclIndex(acls).IsAllowed(principal, operation, type, name)));

    [Fact]
    public void Another_denial_never_allows_more() => Gen
        .Select(Some.Array[0, 12], Some, Operations, Types, Names)
        .Sample(static (acls, more, operation, type, name) => Assert.True(
            AclRules.IsAllowed(acls, Alice, operation, type, name)
            || !AclRules.IsAllowed(
                [.. acls, more with { Permission = AclPermissionType.Deny }], Alice, operation, type, name)));

    [Fact]
    public void A_right_somewhere_is_one_that_some_name_shows() => Gen
        .Select(Some.Array[0, 6], Operations)
        .Sample(static (acls, operation) => Assert.True(
            new AclIndex(acls).IsAllowedSomewhere(Alice, operation, AclResourceType.Topic)
            || !AllNames.Any(name => AclRules.IsAllowed(acls, Alice, operation, AclResourceType.Topic, name))));

    private static bool May(Principal principal, AclOperation operation, string topic, params Acl[] acls) =>
        AclRules.IsAllowed(acls, principal, operation, AclResourceType.Topic, topic);
}
