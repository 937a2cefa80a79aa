using Microsoft.Azure.Functions.Worker;

namespace Serverless.Functions.Worker;

/// <summary>The one HTTP function: every path and method goes to the API.</summary>
/// <param name="pipeline">The endpoints.</param>
public sealed class HttpFunction(ApiPipeline pipeline)
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">The request; its route is decided by the API.</param>
    [Function("http")]
    public Task RunAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "get", "post", "put", "delete", "patch", "head", "options",
            Route = "{*path}")]
        HttpRequest request) => pipeline.InvokeAsync(request.HttpContext);
}
