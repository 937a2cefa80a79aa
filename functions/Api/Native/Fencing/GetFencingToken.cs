using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Fencing;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/partitions/{partition}/fencing-token</c>: the token as of now, empty when there is
/// none.
/// </summary>
internal static class GetFencingToken
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        var index = found.Partition!.Value;
        return await engine.Log.GetFencingTokenAsync(found.Topic, index, context.RequestAborted) is not { } token
            ? new ProblemResult(Problem.UnknownTopicOrPartition(topic, index))
            : new JsonResult(json =>
            {
                json.WriteNumber("partition", index);
                json.WriteString("token", token);
            });
    }
}
