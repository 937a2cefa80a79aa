using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Functions.Api.Bodies;

/// <summary>The media types of the native API.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    public const string EventStream = "text/event-stream";
    public const string Html = "text/html";
    public const string OctetStream = "application/octet-stream";
    public const string RecordBatch = "application/vnd.kafka.recordbatch.v2";

    /// <summary>The media type of a body in lower case and without parameters; empty when none is given.</summary>
    public static string Of(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            ? type.MediaType.ToString().ToLowerInvariant()
            : request.ContentType ?? "";

    /// <summary>Whether a media type means one JSON value a line.</summary>
    public static bool IsLines(string mediaType) =>
        mediaType is Ndjson or "application/ndjson" or "application/jsonl" or "application/x-jsonlines";

    /// <summary>
    /// The one of <paramref name="offered"/> that the client likes best; the first when it does not care. Among equals
    /// a type that the client names goes before one that a wildcard covers.
    /// </summary>
    /// <returns>Null when it accepts none of them.</returns>
    public static string? Choose(HttpRequest request, params ReadOnlySpan<string> offered)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0)
        {
            return offered[0];
        }

        var (best, bestRank) = (default(string), (Quality: 0.0, Specificity: int.MaxValue));
        foreach (var type in offered)
        {
            var rank = RankOf(new MediaTypeHeaderValue(type), accepted);
            if (rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (type, rank);
            }
        }

        return best;
    }

    // The most specific range that matches decides, as RFC 9110, 12.5.1 says.
    private static (double Quality, int Specificity) RankOf(
        MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> accepted)
    {
        var (quality, specificity) = (0.0, -1);
        foreach (var range in accepted)
        {
            var rank = range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
            if (rank > specificity && (rank == 0 || Covers(range, type)))
            {
                (quality, specificity) = (range.Quality ?? 1, rank);
            }
        }

        return (quality, specificity);
    }

    private static bool Covers(MediaTypeHeaderValue range, MediaTypeHeaderValue type) =>
        range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase)
        && (range.MatchesAllSubTypes || range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase));
}
