using System.Globalization;
using System.Text;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks;

/// <summary>The Markdown that a run leaves: what was run where, then each part's tables.</summary>
internal sealed class Report(Arguments arguments, string folder)
{
    private readonly string _loadAtStart = Machine.Load();
    private readonly List<string> _parts = [];

    /// <summary>Adds a part.</summary>
    public void Add(string title, IEnumerable<string> lines) => _parts.AddRange([title, "", .. lines, ""]);

    /// <summary>Prints it, and writes it to the file that was asked for.</summary>
    public void Write()
    {
        var text = new StringBuilder();
        foreach (var line in _parts.Concat(Circumstances()))
        {
            text.Append(line).Append('\n');
        }

        Console.Write(text);
        if (arguments.ReportFile is { } file)
        {
            File.WriteAllText(file, text.ToString());
        }
    }

    private IEnumerable<string> Circumstances() =>
    [
        "# Circumstances",
        "",
        $"- Command: `dotnet run -c Release --project tests/Benchmarks -- {arguments.What}{Size()}`",
        arguments.RunsCompaction
            ? "- One round, behind a smaller one that warms up"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"- Medians of {arguments.Rounds} rounds; in every round each side runs in turn"),
        .. Machine.Describe(folder),
        $"- Load (threads that want to run, one-minute mean): {_loadAtStart} at the start, {Machine.Load()} at the end",
    ];

    private string Size() => arguments.RunsCompaction
        ? string.Create(CultureInfo.InvariantCulture, $" --mib {arguments.Mebibytes}")
        : "";
}
