using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>Reads the small JSON bodies of topic requests, and turns topic problems into answers.</summary>
internal static class TopicBodies
{
    private const int BytesMax = 256 * 1024;

    /// <summary>Reads a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">What it holds.</param>
    /// <exception cref="RequestRefusedException">It does not hold that.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (MediaTypes.Of(request) is not ("" or MediaTypes.Json))
        {
            throw new RequestRefusedException(new(
                ProblemCode.UnsupportedMediaType,
                $"The body is {MediaTypes.Json}, not '{request.ContentType}'; with curl: "
                + $"-H 'Content-Type: {MediaTypes.Json}'."));
        }

        using var body = BodyBuffer.Open(request, BytesMax, BytesMax + 1);
        while (!body.IsComplete)
        {
            await body.FillAsync(request.HttpContext.RequestAborted);
        }

        return Read(body.Unread, type, out var read) is { } broken
            ? throw new RequestRefusedException(Problem.InvalidRequest(broken))
            : read!;
    }

    /// <summary>A setting's value as text, the way Kafka's tools write it; null stays null.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">A text, number, truth value or null.</param>
    /// <exception cref="RequestRefusedException">It is an array or an object.</exception>
    public static string? TextOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => JsonText.Of(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new RequestRefusedException(Problem.InvalidRequest(
            $"The setting {Quotation.Of(name)} is {Quotation.Of(value.GetRawText())}; it is a text, a number "
            + "or a truth value.")),
    };

    private static string? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, out T? read)
        where T : class
    {
        read = null;
        if (body.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return $"The body is empty. Expected is a JSON {JsonMisfit.Expected(type)}.";
        }

        if (!Utf8.IsValid(body.Span))
        {
            return "The body is not valid UTF-8.";
        }

        try
        {
            read = JsonSerializer.Deserialize(body.Span, type);
        }
        catch (JsonException)
        {
            // Its message names types of this program.
        }

        return read is null ? JsonMisfit.Describe(body, type) : null;
    }
}
