using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V2;

/// <summary>The request bodies of v2 that hold no records.</summary>
internal static class V2Body
{
    /// <summary>
    /// The largest such body, in bytes: offsets of all partitions that a group may have, without much metadata.
    /// </summary>
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Reads a request.</summary>
    /// <param name="request">The HTTP request.</param>
    /// <param name="type">What its body is.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>The request, null when the body is empty; or why it is refused.</returns>
    /// <exception cref="RequestRefusedException">The body does not fit.</exception>
    public static async ValueTask<(T? Request, ConfluentError? Error)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        // A body without a type is refused, no body needs none; and a type that is wrong is refused even then.
        var hasBody = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not false
            && request.ContentLength is not 0;
        var known = V2Formats.OfConsumers.Contains(MediaTypes.Of(request));
        if (!known && !string.IsNullOrEmpty(request.ContentType))
        {
            return (null, V2Answer.UnsupportedMediaType(request, V2Formats.OfConsumers));
        }

        if (!hasBody)
        {
            return (null, null);
        }

        using var body = BodyBuffer.Open(request, BytesMax, BytesMax);
        if (await IsEmptyAsync(body, cancellationToken))
        {
            return (null, null);
        }

        if (!known)
        {
            return (null, V2Answer.UnsupportedMediaType(request, V2Formats.OfConsumers));
        }

        var json = new JsonBody(body);
        var bytes = (await json.ReadValueAsync(cancellationToken)).GetValueOrDefault().ToArray();

        // Reads on to the end, so that bytes behind the value are noticed.
        await json.ReadTokenAsync(cancellationToken);
        try
        {
            return (JsonSerializer.Deserialize(bytes, type), null);
        }
        catch (JsonException exception)
        {
            throw V2Answer.DoesNotFit(exception);
        }
    }

    /// <summary>Whether nothing at all is in a body; waits for its first bytes.</summary>
    public static async ValueTask<bool> IsEmptyAsync(BodyBuffer body, CancellationToken cancellationToken)
    {
        while (body.Unread.IsEmpty && !body.IsComplete)
        {
            await body.FillAsync(cancellationToken);
        }

        return body.Unread.IsEmpty;
    }
}
