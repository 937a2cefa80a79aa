using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V3;

/// <summary>The request bodies of v3: JSON in UTF-8, also in ISO-8859-1.</summary>
internal static class V3Body
{
    /// <summary>
    /// The largest body that creates or changes a resource, in bytes; the largest sensible one has a few thousand.
    /// </summary>
    public const int ResourceBytesMax = 1024 * 1024;

    /// <summary>What an empty body is told.</summary>
    public static ConfluentError Empty { get; } =
        ConfluentError.InvalidPayload("Request body is empty. Data is required.");

    /// <summary>
    /// Checks the media type, and lays decoders over the body where its encoding or character set ask for them.
    /// </summary>
    /// <param name="request">A request whose body was not read yet.</param>
    /// <returns>Null when the body can be read.</returns>
    public static ConfluentError? Prepare(HttpRequest request)
    {
        if (ContentEncodings.Decode(request) is { } problem)
        {
            return ConfluentError.Of(problem);
        }

        if (string.IsNullOrEmpty(request.ContentType))
        {
            return null;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(ConfluentMediaTypes.Json, StringComparison.OrdinalIgnoreCase))
        {
            return ConfluentError.UnsupportedMediaType;
        }

        switch (type.Charset.ToString().Trim('"').ToUpperInvariant())
        {
            case "" or "UTF-8" or "US-ASCII":
                return null;
            case "ISO-8859-1":
                request.Body = Encoding.CreateTranscodingStream(request.Body, Encoding.Latin1, Encoding.UTF8);
                request.ContentLength = null;
                return null;
            default:
                return ConfluentError.BadRequest(
                    $"The charset {type.Charset} is not supported; UTF-8 and ISO-8859-1 are.");
        }
    }

    /// <summary>Reads a whole body as one JSON value.</summary>
    /// <param name="request">A request that <see cref="Prepare"/> let through.</param>
    /// <param name="bytesMax">The most bytes to read.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>The value's bytes, owned by the caller; null when the body is empty.</returns>
    /// <exception cref="RequestRefusedException">It is no JSON, more than one value, or too large.</exception>
    public static async ValueTask<byte[]?> ReadAsync(
        HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        using var body = BodyBuffer.Open(request, bytesMax, bytesMax);

        // Several values are read so that none at all is no error of the reader.
        var json = new JsonBody(body, multipleValues: true);
        if (await json.ReadValueAsync(cancellationToken) is not { } value)
        {
            return null;
        }

        var bytes = value.ToArray();
        return await json.ReadTokenAsync(cancellationToken) is null
            ? bytes
            : throw json.Refuse("the body holds more than one JSON value.");
    }

    /// <summary>Reads the request that creates or changes a resource.</summary>
    /// <param name="request">The HTTP request.</param>
    /// <param name="type">What its body is.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>The request, or why there is none.</returns>
    /// <exception cref="RequestRefusedException">The body does not fit.</exception>
    public static async ValueTask<(T? Request, ConfluentError? Error)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (Prepare(request) is { } refused)
        {
            return (null, refused);
        }

        if (await ReadAsync(request, ResourceBytesMax, cancellationToken) is not { } bytes)
        {
            return (null, Empty);
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } read ? (read, null) : (null, Empty);
        }
        catch (JsonException exception)
        {
            throw V3Answer.DoesNotFit(exception);
        }
    }
}
