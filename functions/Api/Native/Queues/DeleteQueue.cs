using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>DELETE /api/v1/topics/{topic}/queues/{group}</c>: forgets a queue and what it has got; the records stay.
/// </summary>
internal static class DeleteQueue
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, QueueCoordinator queues, string topic, string group)
    {
        if (QueueSearch.Read(topic, group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        return await queues.DeleteAsync(id, context.RequestAborted)
            ? Results.NoContent()
            : new ProblemResult(QueueSearch.NotFound(id));
    }
}
