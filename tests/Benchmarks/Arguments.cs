using System.Globalization;
using Serverless.Benchmarks.Compaction;

namespace Serverless.Benchmarks;

/// <summary>The command line, understood.</summary>
/// <param name="What">engine, flights, idempotence, old-data, shared-logs, compaction, hosting or all.</param>
/// <param name="Folder">Below which the measured files lie.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="ReportFile">Where the report goes besides the console, or null.</param>
/// <param name="Mebibytes">The size of the log that is compacted.</param>
/// <param name="Apps">Published programs whose start is measured: a name, and the folder.</param>
internal sealed record Arguments(
    string What,
    string Folder,
    int Rounds,
    string? ReportFile,
    int Mebibytes,
    IReadOnlyList<(string Name, string Folder)> Apps)
{
    private const int RoundsDefault = 5;
    private const int RoundsMax = 99;
    private const int MebibytesMin = 16;

    public bool RunsEngine => What is "engine" or "all";

    public bool RunsFlights => What is "flights" or "all";

    public bool RunsIdempotence => What is "idempotence" or "all";

    public bool RunsOldData => What is "old-data" or "all";

    /// <summary>Not a part of all: it takes minutes, whatever the machine.</summary>
    public bool RunsSharedLogs => What is "shared-logs";

    /// <summary>Not a part of all: it takes three times the log's size of disk, and its time.</summary>
    public bool RunsCompaction => What is "compaction";

    /// <summary>Not a part of all: it measures programs that were published before.</summary>
    public bool RunsHosting => What is "hosting" && Apps.Count > 0;

    /// <summary>Null when something in it is not known.</summary>
    public static Arguments? Parse(string[] args)
    {
        if (args is not [
                ("engine" or "flights" or "idempotence" or "old-data" or "shared-logs" or "compaction" or "hosting" or "all")
                    and var what,
                .. var options]
            || options.Length % 2 != 0)
        {
            return null;
        }

        var arguments = new Arguments(
            what, Path.GetTempPath(), RoundsDefault, null, CompactionWorkload.MebibytesDefault, []);
        foreach (var option in options.Chunk(2))
        {
            switch (option)
            {
                case ["--report", var file]:
                    arguments = arguments with { ReportFile = file };
                    break;
                case ["--data", var folder]:
                    arguments = arguments with { Folder = folder };
                    break;
                case ["--rounds", var text]
                    when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
                        && rounds is >= 1 and <= RoundsMax:
                    arguments = arguments with { Rounds = rounds };
                    break;
                case ["--mib", var text]
                    when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
                        && mebibytes >= MebibytesMin:
                    arguments = arguments with { Mebibytes = mebibytes };
                    break;
                case ["--app", var text] when text.Split('=') is [{ Length: > 0 } name, { Length: > 0 } folder]:
                    arguments = arguments with { Apps = [.. arguments.Apps, (name, folder)] };
                    break;
                default:
                    return null;
            }
        }

        return arguments;
    }
}
