using System.Globalization;

namespace Serverless.Benchmarks;

/// <summary>The command line, understood.</summary>
/// <param name="What">The name of a part, or all.</param>
/// <param name="Folder">Below which the measured files lie.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="ReportFile">Where the report goes besides the console, or null.</param>
/// <param name="Mebibytes">The size of the log that is compacted or read, or null for the part's own.</param>
/// <param name="Only">A part of the names of what a part runs that runs several; empty for everything.</param>
/// <param name="Apps">Published programs whose start is measured: a name, and the folder.</param>
internal sealed record Arguments(
    string What,
    string Folder,
    int Rounds,
    string? ReportFile,
    int? Mebibytes,
    string Only,
    IReadOnlyList<(string Name, string Folder)> Apps)
{
    /// <summary>How many rounds count unless something else is asked for.</summary>
    public const int RoundsDefault = 5;

    private const int RoundsMax = 99;
    private const int MebibytesMin = 16;

    /// <summary>Null when something in it is not known.</summary>
    public static Arguments? Parse(string[] args)
    {
        if (args is not [var what, .. var options] || options.Length % 2 != 0 || Parts.Named(what).Count == 0)
        {
            return null;
        }

        var arguments = new Arguments(what, Path.GetTempPath(), RoundsDefault, null, null, "", []);
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
                case ["--only", var text]:
                    arguments = arguments with { Only = text };
                    break;
                case ["--app", var text] when text.Split('=') is [{ Length: > 0 } name, { Length: > 0 } folder]:
                    arguments = arguments with { Apps = [.. arguments.Apps, (name, folder)] };
                    break;
                default:
                    return null;
            }
        }

        return what == "hosting" && arguments.Apps.Count == 0 ? null : arguments;
    }
}
