using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

        try
        {
            return JsonSerializer.Deserialize(body.Unread.Span, type)
                ?? throw new RequestRefusedException(Problem.InvalidRequest("The body is a JSON object, not null."));
        }
        catch (JsonException exception)
        {
            throw new RequestRefusedException(Problem.InvalidRequest(
                $"The body does not fit at {exception.Path ?? "$"}, line {exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine} of the line."));
        }
    }

    /// <summary>A setting's value as text, the way Kafka's tools write it; null stays null.</summary>
    /// <param name="value">A text, number, truth value or null.</param>
    /// <exception cref="RequestRefusedException">It is an array or an object.</exception>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new RequestRefusedException(Problem.InvalidRequest("The value of a setting is a text or a number.")),
    };
}
