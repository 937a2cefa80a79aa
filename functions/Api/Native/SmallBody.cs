using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native;

/// <summary>Reads the small JSON bodies of requests that carry no records.</summary>
internal static class SmallBody
{
    private const int BytesMax = 256 * 1024;

    /// <summary>Reads a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">What it holds.</param>
    /// <exception cref="RequestRefusedException">It does not hold that.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = await OpenAsync(request);
        return Parse(body, type);
    }

    /// <summary>Reads a body that may be left out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">What it holds.</param>
    /// <returns>Null when there is no body, or an empty one.</returns>
    /// <exception cref="RequestRefusedException">There is one, and it does not hold that.</exception>
    public static async ValueTask<T?> ReadOptionalAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = await OpenAsync(request);
        return body.Unread.IsEmpty ? null : Parse(body, type);
    }

    private static async ValueTask<BodyBuffer> OpenAsync(HttpRequest request)
    {
        if (MediaTypes.Of(request) is not ("" or MediaTypes.Json))
        {
            throw new RequestRefusedException(new(
                ProblemCode.UnsupportedMediaType,
                $"The body is {MediaTypes.Json}, not '{request.ContentType}'; with curl: "
                + $"-H 'Content-Type: {MediaTypes.Json}'."));
        }

        var body = BodyBuffer.Open(request, BytesMax, BytesMax + 1);
        try
        {
            while (!body.IsComplete)
            {
                await body.FillAsync(request.HttpContext.RequestAborted);
            }

            return body;
        }
        catch (Exception)
        {
            body.Dispose();
            throw;
        }
    }

    private static T Parse<T>(BodyBuffer body, JsonTypeInfo<T> type)
        where T : class =>
        Read(body.Unread, type, out var read) is { } broken
            ? throw new RequestRefusedException(Problem.InvalidRequest(broken))
            : read!;

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
