using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.StorageEngine.Tests.Documents;

/// <summary>The examples of <c>storage-engine/FORMAT.md</c>, so that tests can hold them against the code.</summary>
internal static partial class FormatDocument
{
    private static readonly string Text = Repository.Read("storage-engine/FORMAT.md");

    /// <summary>
    /// The bytes of a hex example. Each line states its place, its bytes and their meaning; the places must add up.
    /// </summary>
    /// <param name="heading">The heading that the example follows.</param>
    public static byte[] Bytes(string heading)
    {
        var bytes = new List<byte>();
        foreach (var line in Example(heading, "text").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = HexLine.Match(line);
            Assert.True(parts.Success, $"'{line}' is no line of place, bytes and meaning.");
            Assert.Equal(bytes.Count, int.Parse(parts.Groups["place"].Value, CultureInfo.InvariantCulture));
            bytes.AddRange(Convert.FromHexString(parts.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal)));
        }

        return [.. bytes];
    }

    /// <summary>The content of the first code block behind a heading.</summary>
    /// <param name="heading">The heading without its number signs.</param>
    /// <param name="language">The language that the code block must name.</param>
    public static string Example(string heading, string language)
    {
        var from = Text.IndexOf($"# {heading}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"FORMAT.md has no heading '{heading}'.");
        var opening = $"\n```{language}\n";
        var start = Text.IndexOf(opening, from, StringComparison.Ordinal) + opening.Length;
        Assert.True(start >= opening.Length, $"FORMAT.md has no {language} example under '{heading}'.");
        return Text[start..Text.IndexOf("\n```\n", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^ *(?<place>\d+)  (?<hex>[0-9A-F]+( [0-9A-F]+)*) {2,}\S")]
    private static partial Regex HexLine { get; }
}
