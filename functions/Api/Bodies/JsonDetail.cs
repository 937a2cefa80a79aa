using System.Text.Json;

namespace Serverless.Functions.Api.Bodies;

/// <summary>The readable part of a JSON reader's complaint.</summary>
internal static class JsonDetail
{
    // What the reader appends for programmers: its position, which is relative to a piece of the body, and its options.
    private static readonly string[] Appendices = [" LineNumber:", " Change the reader options"];

    /// <summary>Why <paramref name="json"/> is not well-formed, as a sentence that goes on after a place.</summary>
    /// <param name="exception">From the <see cref="Utf8JsonReader"/> that read it to its end.</param>
    /// <param name="json">What was read.</param>
    /// <param name="state">With what state the reader began.</param>
    public static string Of(JsonException exception, ReadOnlySpan<byte> json, JsonReaderState state = default) =>
        EndsEarly(json, state) ? "it ends too early, in the middle of a value." : Of(exception);

    /// <summary>The sentence without what is meant for programmers.</summary>
    /// <param name="exception">From <see cref="Utf8JsonReader"/>.</param>
    public static string Of(JsonException exception)
    {
        var sentence = exception.Message;
        foreach (var appendix in Appendices)
        {
            var position = sentence.IndexOf(appendix, StringComparison.Ordinal);
            sentence = position < 0 ? sentence : sentence[..position];
        }

        return sentence;
    }

    // A reader that may hope for more finds nothing wrong: then only the end is.
    private static bool EndsEarly(ReadOnlySpan<byte> json, JsonReaderState state)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state);
        try
        {
            while (reader.Read())
            {
                // To the end of what is there.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
