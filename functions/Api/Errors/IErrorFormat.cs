using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.Errors;

/// <summary>
/// How the routes of one API say that a request failed. The first registered format that covers a path answers.
/// </summary>
internal interface IErrorFormat
{
    /// <summary>Whether errors below this path are said in this format, also where no route matches.</summary>
    /// <param name="path">The request's path.</param>
    bool Covers(PathString path);

    /// <summary>Writes status, headers and body; the answer has not started yet.</summary>
    /// <param name="context">The failed request.</param>
    /// <param name="problem">Why it failed.</param>
    Task WriteAsync(HttpContext context, Problem problem);
}
