using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Api.Confluent;

/// <summary>Answers <c>{"error_code","message"}</c> with its status.</summary>
/// <param name="error">What is answered.</param>
/// <param name="mediaType">
/// v3 and answers before any resource matched are plain JSON; v2 resources have a type of their own.
/// </param>
/// <remarks>
/// 429, 503 and the error that Confluent calls retriable (50003) carry <c>Retry-After</c>, which Confluent's own proxy
/// lacks.
/// </remarks>
internal sealed class ConfluentResult(ConfluentError error, string mediaType = ConfluentMediaTypes.Json) : IResult
{
    // These bodies are never put into HTML; the quotes of Kafka's sentences stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is answered.</summary>
    public ConfluentError Error => error;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            WriteMembers(json, error);
            json.WriteEndObject();
        }

        response.StatusCode = error.Status;
        response.ContentType = mediaType;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        if (error.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            || error.Code == ConfluentErrorCode.RetriableKafkaError)
        {
            var settings = httpContext.RequestServices.GetRequiredService<ApiSettings>();
            var seconds = Math.Ceiling((error.RetryAfter ?? settings.RetryAfterDefault).TotalSeconds);
            response.Headers.RetryAfter = Math.Max(1, (long)seconds).ToString(CultureInfo.InvariantCulture);
        }

        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted).AsTask();
    }

    /// <summary>
    /// Writes the two members; receipts and per-record failures put them into an object of their own.
    /// </summary>
    public static void WriteMembers(Utf8JsonWriter json, ConfluentError error)
    {
        json.WriteNumber("error_code", (int)error.Code);
        json.WriteString("message", error.Message);
    }
}
