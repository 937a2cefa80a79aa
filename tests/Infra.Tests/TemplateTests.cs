using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed class TemplateTests
{
    [Fact]
    public async Task The_compiler_is_the_one_that_wrote_the_snapshots()
    {
        var run = await BicepCompiler.RunAsync(RepositoryFiles.Root, ["--version"]);

        Assert.Contains($"version {BicepCompiler.Version} ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("**/*.bicep")]
    [InlineData("*.bicepparam")]
    public async Task No_rule_of_the_strictest_lint_finds_anything(string pattern)
    {
        var run = await BicepCompiler.RunAsync(
            RepositoryFiles.Infra, ["lint", "--pattern", pattern, "--config", "bicepconfig.ci.json"]);

        Assert.Equal(new BicepRun(0, "", ""), run);
    }

    [Fact]
    public async Task Every_file_is_formatted_as_the_compiler_formats_it()
    {
        var copies = Directory.CreateTempSubdirectory("serverless-infra-").FullName;
        try
        {
            Copy(copies);

            var run = await BicepCompiler.RunAsync(copies, ["format", "--pattern", "**/*.bicep"]);
            var parameters = await BicepCompiler.RunAsync(copies, ["format", "--pattern", "*.bicepparam"]);

            Assert.Equal(new BicepRun(0, "", ""), run);
            Assert.Equal(new BicepRun(0, "", ""), parameters);
            Assert.All(
                RepositoryFiles.BicepFiles,
                file => Assert.Equal(
                    File.ReadAllText(Path.Combine(copies, file)), RepositoryFiles.Read("infra/" + file)));
        }
        finally
        {
            Directory.Delete(copies, recursive: true);
        }
    }

    [Fact]
    public async Task What_azd_takes_compiles_without_a_word_under_the_configuration_that_is_shipped()
    {
        var run = await BicepCompiler.RunAsync(
            RepositoryFiles.Infra, ["build-params", "main.bicepparam", "--stdout"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task The_environment_of_azd_decides_program_addresses_and_retention()
    {
        var run = await BicepCompiler.RunAsync(
            RepositoryFiles.Infra,
            ["build-params", "main.bicepparam", "--stdout"],
            ("AZURE_ENV_NAME", "blue"),
            ("AZURE_LOCATION", "northeurope"),
            ("SERVERLESS_PROGRAM", "isolated-worker"),
            ("SERVERLESS_RETENTION_DAYS", "400"),
            ("SERVERLESS_ALLOWED_ADDRESSES", "203.0.113.7/32,198.51.100.0/24"),
            ("SERVERLESS_ALERT_EMAILS", "a@example.com"));

        var parameters = BuiltParameters.Of(run);
        Assert.Equal("blue", (string?)parameters["environmentName"]);
        Assert.Equal("northeurope", (string?)parameters["location"]);
        Assert.Equal("isolated-worker", (string?)parameters["program"]);
        Assert.Equal(400, (int?)parameters["data"]!["retentionDays"]);
        Assert.Equal(
            """["203.0.113.7/32","198.51.100.0/24"]""", parameters["reach"]!["allowedAddresses"]!.ToJsonString());
        Assert.Equal("""["a@example.com"]""", parameters["watch"]!["alertEmails"]!.ToJsonString());
    }

    [Fact]
    public async Task Values_that_cannot_be_right_are_refused_before_anything_is_deployed()
    {
        var run = await BicepCompiler.RunAsync(
            RepositoryFiles.Root, ["build-params", "tests/Infra.Tests/Sets/wrong.bicepparam", "--stdout"]);

        Assert.Equal(1, run.ExitCode);
        var lines = RepositoryFiles.Read("tests/Infra.Tests/Sets/wrong.bicepparam").Split('\n');
        var refused = run.Errors.Split('\n').Where(static line => line.Contains(": Error ", StringComparison.Ordinal))
            .Select(line => lines[LineOf(line) - 1].Trim().Split(':', ' ')[0]);
        Assert.Equal(
            [
                "param", "param", "redundancy", "logAccountCount", "retentionDays", "coolAfterDays", "coldAfterDays",
                "softDeleteDays", "instanceMemoryMB", "maximumInstanceCount", "alwaysReadyHttp",
                "httpPerInstanceConcurrency", "mode", "serverErrors", "throttledTransactions", "failedAppends",
                "lostAppends", "consumerLag", "storageLatencyMs", "logRetentionDays",
            ],
            refused);
    }

    private static int LineOf(string diagnostic)
    {
        var begin = diagnostic.IndexOf('(', StringComparison.Ordinal) + 1;
        return int.Parse(
            diagnostic[begin..diagnostic.IndexOf(',', begin)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Copy(string folder)
    {
        foreach (var file in RepositoryFiles.BicepFiles.Append("bicepconfig.json").Append("dashboards/workbook.json"))
        {
            var copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(RepositoryFiles.Infra, file), copy);
        }
    }
}
