using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>What a read asks for. Pure.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="RecordsMax">The most records.</param>
/// <param name="BytesMax">The most bytes of record batches; but a single record is always given.</param>
/// <param name="Wait">How long to wait when there is nothing.</param>
/// <param name="Form">How keys and values are written.</param>
/// <param name="MediaType">JSON, lines, or an event stream.</param>
/// <param name="Follow">Whether the answer goes on as records come.</param>
internal sealed record ReadQuery(
    ReadStart Start, int RecordsMax, int BytesMax, TimeSpan Wait, ValueForm Form, string MediaType, bool Follow)
{
    /// <summary>
    /// Reads the query and the headers of a request: one of <c>offset</c>, <c>from</c>, <c>timestamp</c> and
    /// <c>cursor</c> (or <c>Last-Event-ID</c>, which wins, because a client that reconnects repeats its first URL);
    /// <c>limit</c>, <c>max_bytes</c>, <c>wait</c>, <c>value</c>, <c>format</c> (or <c>Accept</c>), <c>follow</c>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="isPartition">Whether the path names a partition.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="query">What it asks for, when the result is null.</param>
    /// <param name="fixedMediaType">The media type of the answer where the client has no choice.</param>
    /// <returns>What is wrong with it, or null.</returns>
    /// <remarks>Without a start, a page starts at the earliest record and a live tail at the latest.</remarks>
    public static string? Parse(
        HttpRequest request, bool isPartition, ApiSettings settings, out ReadQuery query, string? fixedMediaType = null)
    {
        var parser = new Parser(request.Query, settings);
        var mediaType = fixedMediaType ?? parser.MediaType(request);
        var follow = parser.Choice("follow", "false", "true") == "true" || mediaType == MediaTypes.EventStream;
        query = new(
            parser.Start(request.Headers["Last-Event-ID"].ToString(), isPartition, follow),
            parser.Number("limit", settings.PageRecordsDefault, settings.PageRecordsMax),
            parser.Number("max_bytes", settings.PageBytesDefault, settings.PageBytesMax),
            parser.Wait(),
            parser.Form(),
            follow && mediaType == MediaTypes.Json ? MediaTypes.Ndjson : mediaType,
            follow);
        return parser.Broken;
    }

    private sealed class Parser(IQueryCollection query, ApiSettings settings)
    {
        /// <summary>The first thing that is wrong.</summary>
        public string? Broken { get; private set; }

        public int Number(string name, int standard, int most)
        {
            var text = query[name].ToString();
            if (text.Length == 0)
            {
                return standard;
            }

            var valid = QueryText.TryNumber(text, out var number) && number >= 1 && number <= most;
            return valid ? (int)number : Break(standard, name, text, $"a number from 1 to {most}.");
        }

        /// <summary>One of the allowed texts, or null when none is given.</summary>
        public string? Choice(string name, params ReadOnlySpan<string> allowed)
        {
            var text = query[name].ToString();
            return text.Length == 0 ? null
                : allowed.Contains(text) ? text
                : Break<string?>(null, name, text, $"{string.Join(", ", allowed[..^1])} or {allowed[^1]}.");
        }

        public TimeSpan Wait()
        {
            var text = query["wait"].ToString();
            if (text.Length == 0)
            {
                return TimeSpan.Zero;
            }

            return QueryText.TryDuration(text, out var wait) && wait <= settings.WaitMax
                ? wait
                : Break(
                    TimeSpan.Zero, "wait", text, $"a time like 500ms or 5s, up to {settings.WaitMax.TotalSeconds:0}s.");
        }

        public ValueForm Form() => Choice("value", "auto", "json", "text", "base64") switch
        {
            "json" => ValueForm.Json,
            "text" => ValueForm.Text,
            "base64" => ValueForm.Base64,
            _ => ValueForm.Auto,
        };

        public string MediaType(HttpRequest request) => Choice("format", "json", "ndjson", "sse") switch
        {
            "json" => MediaTypes.Json,
            "ndjson" => MediaTypes.Ndjson,
            "sse" => MediaTypes.EventStream,
            _ => MediaTypes.Choose(request, MediaTypes.Json, MediaTypes.Ndjson, MediaTypes.EventStream)
                ?? Break("", $"The answer is {MediaTypes.Json}, {MediaTypes.Ndjson} or {MediaTypes.EventStream}."),
        };

        public ReadStart Start(string lastEventId, bool isPartition, bool follow)
        {
            if (lastEventId.Length > 0)
            {
                return After(lastEventId, "Last-Event-ID");
            }

            string[] given = [.. StartNames.Where(name => query[name].ToString().Length > 0)];
            if (given.Length == 0)
            {
                return follow ? new ReadStart.Latest() : new ReadStart.Earliest();
            }

            var text = query[given[0]].ToString();
            return (given.Length, given[0]) switch
            {
                (1, "cursor") => After(text, "cursor"),
                (1, "from") => text switch
                {
                    "earliest" => new ReadStart.Earliest(),
                    "latest" => new ReadStart.Latest(),
                    _ => Break("from", text, "earliest or latest. To start elsewhere: offset, timestamp or cursor."),
                },
                (1, "timestamp") => QueryText.TryTimestamp(text, out var milliseconds)
                    ? new ReadStart.Since(milliseconds)
                    : Break("timestamp", text, "milliseconds since 1970 or ISO 8601, like 2026-01-31T12:00:00Z."),
                (1, "offset") when !isPartition =>
                    Break("An offset belongs to a partition: read …/partitions/{partition}/records, or give 'cursor'."),
                (1, "offset") => QueryText.TryNumber(text, out var offset)
                    ? new ReadStart.At(offset)
                    : Break("offset", text, "a number from 0 on; 'from' takes earliest and latest."),
                _ => Break(
                    "A read has one start: offset, from, timestamp or cursor; given are "
                    + $"{string.Join(" and ", given)}."),
            };
        }

        private static readonly string[] StartNames = ["offset", "from", "timestamp", "cursor"];

        private ReadStart After(string text, string name) =>
            PartitionCursor.Parse(text, out var start) is { } broken
                ? Break($"'{name}' is {Quotation.Of(text)}; {broken}")
                : start;

        private ReadStart Break(string sentence) => Break<ReadStart>(new ReadStart.Earliest(), sentence);

        private ReadStart Break(string name, string text, string expected) =>
            Break<ReadStart>(new ReadStart.Earliest(), name, text, expected);

        private T Break<T>(T standard, string name, string text, string expected) =>
            Break(standard, $"'{name}' is {Quotation.Of(text)}; it is {expected}");

        private T Break<T>(T standard, string sentence)
        {
            Broken ??= sentence;
            return standard;
        }
    }
}
