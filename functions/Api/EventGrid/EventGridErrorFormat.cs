using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// Says problems in the shape of Azure's services: <c>{"error":{"code","message","details","innererror"}}</c>.
/// </summary>
/// <remarks>
/// <c>code</c>, and the header <c>x-ms-error-code</c>, is the HTTP status in one word, which is what Azure's clients
/// look at; code and side effects of the native API stand in <c>innererror</c>.
/// </remarks>
/// <param name="settings">The limits of this node.</param>
internal sealed class EventGridErrorFormat(ApiSettings settings) : IErrorFormat
{
    private const string TopicsRoot = "topics";

    public bool Covers(PathString path)
    {
        // In front of the first slash is nothing.
        var segments = (path.Value ?? "").Split('/');
        return segments.Length > 2 && segments[1] == TopicsRoot
            && (segments.Length == 3
                ? segments[2].EndsWith(EventGridRoutes.Publish, StringComparison.Ordinal)
                : segments[3] == EventGridRoutes.Subscriptions);
    }

    public async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        var word = WordOf(problem.Rule.Status);
        response.StatusCode = problem.Rule.Status;
        response.ContentType = MediaTypes.Json;
        response.Headers.CacheControl = "no-store";
        response.Headers["x-ms-error-code"] = word;
        ProblemFormat.WriteRetryAfter(response, problem, settings);
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, JsonResult.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", word);
            json.WriteString("message", problem.Detail);
            json.WriteStartArray("details");
            json.WriteEndArray();
            json.WriteStartObject("innererror");
            json.WriteString("code", problem.Rule.Name);
            json.WriteString("side_effects", ProblemRules.NameOf(problem.Effects ?? problem.Rule.SideEffects));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static string WordOf(int status) =>
        ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);
}
