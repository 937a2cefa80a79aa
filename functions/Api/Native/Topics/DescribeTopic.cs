using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary><c>GET /api/v1/topics/{topic}</c>.</summary>
internal static class DescribeTopic
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic) =>
        await engine.FindAsync(topic, partition: null, context.RequestAborted) switch
        {
            TopicSearch.Found found => new JsonResult(json => TopicAnswer.Write(json, found.Topic, Caller.Of(context))),
            var search => new ProblemResult(((TopicSearch.Refused)search).Problem),
        };
}
