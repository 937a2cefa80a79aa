using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Serverless.Functions.Api.V2;

/// <summary>
/// Lets clients of the REST Proxy v1 in, which Confluent's proxy had until 6.0: its resources are v2's, so a media type
/// of v1 stands for its twin of v2 in what a request accepts and sends. Answers carry the twin.
/// </summary>
internal sealed class V1Twins : IEndpointFilter
{
    private const string First = ".v1+json";
    private const string Second = ".v2+json";
    private const string Unnumbered = "application/vnd.kafka+json";
    private const string Plain = "application/vnd.kafka" + Second;

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (request.ContentType is { } type && Names(type))
        {
            // Records without a format of their own are base64 in v1.
            request.ContentType = TwinOf(type).Replace(Plain, V2Formats.BinaryType, StringComparison.OrdinalIgnoreCase);
        }

        if (request.Headers.Accept.Any(static accept => accept is not null && Names(accept)))
        {
            request.Headers.Accept = new StringValues(
                [.. request.Headers.Accept.Select(static accept => accept is null ? null : TwinOf(accept))]);
        }

        return next(context);
    }

    private static bool Names(string types) =>
        types.Contains("vnd.kafka.", StringComparison.OrdinalIgnoreCase)
        && types.Contains(First, StringComparison.OrdinalIgnoreCase)
        || types.Contains(Unnumbered, StringComparison.OrdinalIgnoreCase);

    private static string TwinOf(string types) => types
        .Replace(First, Second, StringComparison.OrdinalIgnoreCase)
        .Replace(Unnumbered, Plain, StringComparison.OrdinalIgnoreCase);
}
