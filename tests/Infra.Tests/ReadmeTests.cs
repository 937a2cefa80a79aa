using System.Text.RegularExpressions;
using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = RepositoryFiles.Read("infra/README.md");

    [Theory]
    [InlineData(ParameterSet.Dev)]
    [InlineData(ParameterSet.Prod)]
    public void The_readme_counts_alerts_and_endpoints(string set)
    {
        var snapshot = Snapshot.Read(set);
        var alerts = snapshot.OfType("Microsoft.Insights/metricAlerts").Count
            + snapshot.OfType("Microsoft.Insights/scheduledQueryRules").Count;
        var endpoints = snapshot.OfType("Microsoft.Network/privateEndpoints").Count;

        Assert.Contains($"| alerts | {alerts} | {alerts} |\n", Readme, StringComparison.Ordinal);
        Assert.True(endpoints == 0 || Readme.Contains($"| none | {endpoints}, by the hour", StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_counts_the_resources_of_each_kind_in_each_set()
    {
        var sets = new[] { ParameterSet.Dev, ParameterSet.Prod, ParameterSet.Wide }.Select(Snapshot.Read).ToList();
        var kinds = sets.SelectMany(static set => set.Resources).Select(static resource => resource.Type).Distinct()
            .Order(StringComparer.Ordinal);

        var table = string.Concat(kinds.Select(kind => Row($"`{kind}`", sets.Select(set => set.OfType(kind).Count))))
            + Row("all", sets.Select(static set => set.Resources.Count));

        Assert.Contains(
            "| kind | `dev` | `prod` | `wide` |\n|---|---|---|---|\n" + table + "\n", Readme, StringComparison.Ordinal);
    }

    private static string Row(string kind, IEnumerable<int> counts) => $"| {kind} | {string.Join(" | ", counts)} |\n";

    [Fact]
    public void The_readme_explains_every_parameter_and_every_member()
    {
        var parameters = Parameter().Matches(RepositoryFiles.Read("infra/main.bicep"));
        var members = Member().Matches(RepositoryFiles.Read("infra/types.bicep").Split("@description('Tags:")[0]);

        Assert.True(parameters.Count > 5 && members.Count > 15);
        Assert.All(
            parameters.Concat(members),
            match => Assert.Contains($"`{match.Groups[1].Value}`", Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_names_what_azd_takes_and_nothing_else()
    {
        var read = Variable().Matches(RepositoryFiles.Read("infra/main.bicepparam"));
        var listed = ListedVariable().Matches(Readme);

        Assert.Equal(
            read.Select(static match => match.Groups[1].Value).Distinct().Order(),
            listed.Select(static match => match.Groups[1].Value).Order());
    }

    [GeneratedRegex(@"^param (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^  (\w+): ", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex(@"readEnvironmentVariable\('(SERVERLESS_\w+)'")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\| `(SERVERLESS_\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedVariable();
}
