using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/queues/{group}</c>: the settings, and how far the queue has got in each partition.
/// </summary>
internal static class DescribeQueue
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group)
    {
        if (await engine.FindAsync(topic, partition: null, context.RequestAborted) is TopicSearch.Refused unknown)
        {
            return new ProblemResult(unknown.Problem);
        }

        if (QueueSearch.Read(topic, group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        return await queues.DescribeAsync(id, context.RequestAborted) is { } described
            ? new JsonResult(json => QueueAnswer.Write(json, described))
            : new ProblemResult(QueueSearch.NotFound(id));
    }
}
