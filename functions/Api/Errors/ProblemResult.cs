using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Api.Errors;

/// <summary>An endpoint's way to answer a problem.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    /// <summary>What is answered.</summary>
    public Problem Problem => problem;

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<ErrorFormats>().WriteAsync(httpContext, problem);
}
