using System.Text.Json.Nodes;
using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class LifecycleTests
{
    private const string Policies = "Microsoft.Storage/storageAccounts/managementPolicies";

    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [MemberData(nameof(Sets))]
    public void Tiers_take_only_block_blobs_below_the_copies_of_the_segments(string set)
    {
        var container = Snapshot.Read(set).AppSettings["Serverless__Container"];

        Assert.All(RulesOf(set), rule =>
        {
            Assert.Equal("""["blockBlob"]""", rule["definition"]!["filters"]!["blobTypes"]!.ToJsonString());
            Assert.Equal(
                $"""["{container}/copies/"]""", rule["definition"]!["filters"]!["prefixMatch"]!.ToJsonString());
        });
    }

    // Only the engine knows which bytes no reader needs any more.
    [Theory]
    [MemberData(nameof(Sets))]
    public void No_rule_deletes_anything_or_moves_it_out_of_reach(string set) => Assert.All(RulesOf(set), static rule =>
    {
        Assert.Equal(["baseBlob"], Names(rule["definition"]!["actions"]!));
        Assert.Empty(Names(rule["definition"]!["actions"]!["baseBlob"]!).Except(["tierToCool", "tierToCold"]));
    });

    // A tier bills 30 or 90 days at least: where retention deletes earlier it costs more than it saves.
    [Theory]
    [InlineData(ParameterSet.Dev, null, null)]
    [InlineData(ParameterSet.Prod, 30, 90)]
    [InlineData(ParameterSet.Wide, 30, null)]
    public void Copies_move_to_a_tier_only_where_they_stay_long_enough_for_it_to_pay(string set, int? cool, int? cold)
    {
        var snapshot = Snapshot.Read(set);
        var rules = RulesOf(set);

        Assert.Equal(cool is null ? 0 : snapshot.LogAccounts.Count, rules.Count);
        Assert.All(rules, rule =>
        {
            Assert.Equal(cool, DaysOf(rule, "tierToCool"));
            Assert.Equal(cold, DaysOf(rule, "tierToCold"));
        });
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Only_accounts_of_segments_have_rules(string set)
    {
        var snapshot = Snapshot.Read(set);
        var accounts = snapshot.LogAccounts.Select(static account => account.Name).ToArray();

        Assert.All(snapshot.OfType(Policies), policy => Assert.Contains(policy.Name.Split('/')[0], accounts));
    }

    private static List<JsonNode> RulesOf(string set) =>
        [.. Snapshot.Read(set).OfType(Policies).SelectMany(static policy => policy.List("properties.policy.rules"))];

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(static pair => pair.Key);

    private static int? DaysOf(JsonNode rule, string tier) =>
        (int?)rule["definition"]!["actions"]!["baseBlob"]![tier]?["daysAfterModificationGreaterThan"];
}
