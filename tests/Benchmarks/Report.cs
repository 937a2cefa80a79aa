using System.Globalization;
using System.Text;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks;

/// <summary>The Markdown that a run leaves: what was run where, then each part's tables.</summary>
internal sealed class Report(Arguments arguments, string folder)
{
    private readonly string _loadAtStart = Machine.Load();
    private readonly List<string> _lines = [];
    private readonly List<string> _repetitions = [];

    /// <summary>Adds a part.</summary>
    public void Add(Part part, IEnumerable<string> lines)
    {
        _lines.AddRange([$"# {part.Title}", "", .. lines, ""]);
        _repetitions.Add(part.Repetition(arguments));
    }

    /// <summary>Prints it, and writes it to the file that was asked for.</summary>
    public void Write()
    {
        var text = new StringBuilder();
        foreach (var line in _lines.Concat(Circumstances()))
        {
            text.Append(line.Replace(" NaN ", " – ", StringComparison.Ordinal)).Append('\n');
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
        $"- Command: `dotnet run -c Release --project tests/Benchmarks -- {arguments.What}{Options()}`",
        $"- Commit: {Machine.Commit()}",
        .. _repetitions.Distinct().Select(static repetition => $"- {repetition}"),
        .. Machine.Describe(folder),
        $"- Load (threads that want to run, one-minute mean): {_loadAtStart} at the start, {Machine.Load()} at the end",
    ];

    private string Options() =>
        (arguments.Mebibytes is { } mebibytes
            ? string.Create(CultureInfo.InvariantCulture, $" --mib {mebibytes}")
            : "")
        + (arguments.Only.Length == 0 ? "" : $" --only '{arguments.Only}'")
        + (arguments.Rounds == Arguments.RoundsDefault
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" --rounds {arguments.Rounds}"));
}
