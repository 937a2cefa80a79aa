using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Functions.Tests.Host;

/// <summary>The operations guide tells every setting, every variable and every metric as the code has it.</summary>
public sealed partial class OperationsGuideTests
{
    private static readonly string Guide = ReadGuide();

    [Fact]
    public void Every_setting_stands_in_the_table_of_its_group()
    {
        foreach (var (title, settings) in SettingCatalog.Groups)
        {
            var table = Section($"### {title}");
            Assert.All(settings, setting => Assert.Contains(
                $"| `{setting.Option}` | {setting.DefaultText} | {setting.Expected} | {setting.Meaning} |\n",
                table,
                StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_variable_of_telemetry_stands_in_its_table()
    {
        var table = Section("### Variables of telemetry");

        Assert.All(TelemetryVariables.All, variable => Assert.Contains(
            $"| `{variable.Name}` | {variable.Default} | {variable.Meaning} |\n", table, StringComparison.Ordinal));
        Assert.Equal(TelemetryVariables.All.Count, VariableRow().Count(table));
    }

    [Fact]
    public void No_table_names_a_setting_that_is_none() => Assert.All(
        SettingRow().Matches(Guide),
        static row => Assert.Contains(SettingCatalog.All, setting => setting.Option == row.Groups[1].Value));

    [Fact]
    public void Every_option_in_the_text_is_a_setting() => Assert.All(
        OptionInText().Matches(Guide),
        static option => Assert.Contains(SettingCatalog.All, setting => setting.Option == option.Groups[1].Value));

    [Fact]
    public void Every_metric_of_the_engine_stands_in_the_table_of_metrics()
    {
        var table = Section("### Metrics");
        using var meters = new EngineMeters();
        var rows = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, meters.BlocksAppended.Meter))
            {
                rows++;
                Assert.Matches(
                    $@"\| `{Regex.Escape(instrument.Name)}` \| \w+ \| {Regex.Escape(instrument.Unit!)} \| [a-z, ]*\| "
                    + $@"{Regex.Escape(instrument.Description!)} \|",
                    table);
            }
        };
        listener.Start();

        Assert.Equal(rows, MetricRow().Count(table));
    }

    private static string Section(string title)
    {
        var begin = Guide.IndexOf(title + "\n", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"docs/operations.md has no section '{title}'.");
        var end = Guide.IndexOf("\n#", begin + 1, StringComparison.Ordinal);
        return end < 0 ? Guide[begin..] : Guide[begin..end];
    }

    private static string ReadGuide()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent
                ?? throw new DirectoryNotFoundException("No folder above the tests holds the solution.");
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "operations.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^\| `(--[a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex(@"`(--[a-z]+(?:-[a-z]+)*-(?:ms|max|bytes|minutes|context|users|interval))`")]
    private static partial Regex OptionInText();

    [GeneratedRegex(@"^\| `(?:OTEL|APPLICATIONINSIGHTS)_", RegexOptions.Multiline)]
    private static partial Regex VariableRow();

    [GeneratedRegex(@"^\| `serverless\.", RegexOptions.Multiline)]
    private static partial Regex MetricRow();
}
