using System.Text.RegularExpressions;
using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

/// <summary>The operations guide says what to do about every alert, and about no other.</summary>
public sealed partial class OperationsGuideTests
{
    [Fact]
    public void Every_alert_has_a_section_that_says_what_to_do()
    {
        var snapshot = Snapshot.Read(ParameterSet.Prod);
        var alerts = snapshot.OfType("Microsoft.Insights/scheduledQueryRules")
            .Concat(snapshot.OfType("Microsoft.Insights/metricAlerts"))
            .Select(static alert => AlertName().Match(alert.Name).Groups[1].Value)
            .Distinct();

        Assert.Equal(
            alerts.Order(),
            AlertSection().Matches(RepositoryFiles.Read("docs/operations.md"))
                .Select(static match => match.Groups[1].Value)
                .Order());
    }

    // alert-SUFFIX-NAME, and for an account alert-SUFFIX-NAME-ACCOUNT.
    [GeneratedRegex("^alert-[a-z0-9]+-([a-z-]+?)(?:-st[a-z0-9]+)?$")]
    private static partial Regex AlertName();

    [GeneratedRegex("^### `([a-z-]+)`$", RegexOptions.Multiline)]
    private static partial Regex AlertSection();
}
