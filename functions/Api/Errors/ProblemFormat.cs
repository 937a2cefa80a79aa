using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native;

namespace Serverless.Functions.Api.Errors;

/// <summary>Problem details of RFC 9457 with <c>code</c>, <c>retryable</c> and <c>side_effects</c>.</summary>
/// <remarks>
/// Says it for every path that no other format covers. 429 and 503 carry <c>Retry-After</c> in whole seconds, at least
/// 1 (RFC 9110, 10.2.3).
/// </remarks>
internal sealed class ProblemFormat(ApiSettings settings) : IErrorFormat
{
    public const string MediaType = "application/problem+json";

    public bool Covers(PathString path) => true;

    public Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, JsonResult.WriterOptions))
        {
            json.WriteStartObject();
            WriteMembers(json, problem);
            json.WriteEndObject();
        }

        body.Write("\n"u8);
        response.StatusCode = problem.Rule.Status;
        response.ContentType = MediaType;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        WriteRetryAfter(response, problem, settings);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>Sets <c>Retry-After</c> where a wait is what helps; for formats of other APIs too.</summary>
    public static void WriteRetryAfter(HttpResponse response, Problem problem, ApiSettings settings)
    {
        if (problem.Rule.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            var seconds = Math.Ceiling((problem.RetryAfter ?? settings.RetryAfterDefault).TotalSeconds);
            response.Headers.RetryAfter = Math.Max(1, (long)seconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// Writes the members of the problem object; a stream that has begun puts them into its last line.
    /// </summary>
    public static void WriteMembers(Utf8JsonWriter json, Problem problem)
    {
        var rule = problem.Rule;
        json.WriteString("type", $"/api/v1/problems/{rule.Name}");
        json.WriteString("title", problem.Title ?? rule.Title);
        json.WriteNumber("status", rule.Status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", rule.Name);
        json.WriteBoolean("retryable", rule.Retryable);
        json.WriteString("side_effects", ProblemRules.NameOf(problem.Effects ?? rule.SideEffects));
        problem.Members?.Invoke(json);
    }
}
