using System.Text;
using System.Text.Json;

namespace Serverless.OpenApi;

/// <summary>Takes bodies apart that hold several JSON documents. Pure.</summary>
public static class BodyItems
{
    private const string DataField = "data:";

    /// <summary>The documents, in order.</summary>
    /// <param name="mediaType">Lines, an event stream, or JSON values after each other.</param>
    /// <param name="body">The body, as far as it was read.</param>
    /// <param name="isComplete">Whether it ends here; otherwise what is not finished is left out.</param>
    public static IReadOnlyList<string> Of(string mediaType, ReadOnlyMemory<byte> body, bool isComplete) =>
        mediaType == "text/event-stream"
            ? [.. Lines(body, isComplete).Where(IsData).Select(static line => line[DataField.Length..].Trim())]
            : MediaTypes.IsJson(mediaType)
                ? Values(body.Span, isComplete)
                : [.. Lines(body, isComplete).Where(static line => !string.IsNullOrWhiteSpace(line))];

    private static bool IsData(string line) => line.StartsWith(DataField, StringComparison.Ordinal);

    private static string[] Lines(ReadOnlyMemory<byte> body, bool isComplete)
    {
        var lines = Encoding.UTF8.GetString(body.Span).Split('\n');
        return isComplete ? lines : lines[..^1];
    }

    private static List<string> Values(ReadOnlySpan<byte> body, bool isComplete)
    {
        var reader = new Utf8JsonReader(
            body, isComplete, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
        var values = new List<string>();
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                break;
            }

            values.Add(Encoding.UTF8.GetString(body[start..(int)reader.BytesConsumed]));
        }

        return values;
    }
}
