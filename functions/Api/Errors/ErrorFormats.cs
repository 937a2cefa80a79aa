using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.Errors;

/// <summary>Chooses the error shape by the path, so that unmatched routes answer like their neighbours.</summary>
internal sealed class ErrorFormats(IEnumerable<IErrorFormat> formats, ProblemFormat fallback)
{
    private readonly IErrorFormat[] _formats = [.. formats, fallback];

    /// <summary>Answers a problem in the shape of the API that the path belongs to.</summary>
    /// <param name="context">The failed request; its answer has not started.</param>
    /// <param name="problem">Why it failed.</param>
    public Task WriteAsync(HttpContext context, Problem problem) =>
        Array.Find(_formats, format => format.Covers(context.Request.Path))!.WriteAsync(context, problem);
}
