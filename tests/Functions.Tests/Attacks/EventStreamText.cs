using System.Text;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>Reads a stream of server-sent events as browsers do: CR, LF and CR LF each end a line.</summary>
internal static class EventStreamText
{
    /// <summary>All whole events of a text, each as its fields in order, without comments.</summary>
    public static IReadOnlyList<IReadOnlyList<(string Field, string Value)>> Parse(string text)
    {
        var events = new List<IReadOnlyList<(string, string)>>();
        var fields = new List<(string, string)>();
        foreach (var line in LinesOf(text))
        {
            if (line.Length == 0 && fields.Count > 0)
            {
                events.Add([.. fields]);
                fields.Clear();
            }
            else if (line.Length > 0 && line[0] != ':')
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                fields.Add(colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].TrimStart(' ')));
            }
        }

        return events;
    }

    private static IEnumerable<string> LinesOf(string text)
    {
        var line = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\r' or '\n'))
            {
                line.Append(text[i]);
                continue;
            }

            yield return line.ToString();
            line.Clear();
            i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
        }
    }
}
