using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Confluent;

/// <summary>Says problems in the shape of Confluent's APIs, below all paths of v2 and v3.</summary>
internal sealed class ConfluentErrorFormat : IErrorFormat
{
    private static readonly PathString[] V2 = ["/topics", "/brokers", "/consumers"];
    private static readonly PathString[] V3 = ["/v3", "/kafka/v3"];

    public bool Covers(PathString path) => path == "/" || IsBelow(path, V2) || IsBelow(path, V3);

    public Task WriteAsync(HttpContext context, Problem problem)
    {
        // The routing refuses before any resource of v2 could choose its media type.
        var isPlain = !IsBelow(context.Request.Path, V2)
            || problem.Code is ProblemCode.NotFound or ProblemCode.MethodNotAllowed or ProblemCode.NotAcceptable
                or ProblemCode.UnsupportedMediaType;
        var mediaType = isPlain ? ConfluentMediaTypes.Json : ConfluentMediaTypes.V2;
        return new ConfluentResult(ConfluentError.Of(problem), mediaType).ExecuteAsync(context);
    }

    private static bool IsBelow(PathString path, PathString[] roots) =>
        Array.Exists(roots, root => path.StartsWithSegments(root, StringComparison.Ordinal));
}
