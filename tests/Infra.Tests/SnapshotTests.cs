using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class SnapshotTests
{
    public static TheoryData<string> Sets => ParameterSet.Names;

    // To accept a change, run the same with "--mode overwrite"; infra/README.md has the line.
    [Theory]
    [MemberData(nameof(Sets))]
    public async Task A_stored_snapshot_is_what_the_templates_make(string set)
    {
        var run = await BicepCompiler.RunAsync(
            RepositoryFiles.Root, ["snapshot", set + ".bicepparam", "--mode", "validate", .. ParameterSet.FixedIds]);

        Assert.Equal(new BicepRun(0, "", ""), run);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_snapshot_leaves_nothing_unsettled(string set) => Assert.Empty(Snapshot.Read(set).Diagnostics);

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_two_resources_share_an_id(string set) =>
        Assert.Distinct(Snapshot.Read(set).Resources.Select(static resource => resource.Id));
}
