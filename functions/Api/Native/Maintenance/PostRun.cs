using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Maintenance;

/// <summary>
/// <c>POST /api/v1/maintenance/run</c>: what the timer does, now, for all topics or one. 200 with what was done; 202 when
/// the one topic is in another node's hands, which does the same; 409 while this node is at a run.
/// </summary>
internal static class PostRun
{
    public static async Task<IResult> HandleAsync(HttpContext context, StoreMaintenance maintenance)
    {
        var body = await SmallBody.ReadOptionalAsync(context.Request, MaintenanceBodies.Default.RunBody);
        TopicName? topic = null;
        if (body?.Topic is { } name)
        {
            if (!TopicName.TryParse(name, out var parsed, out var broken))
            {
                return new ProblemResult(Problem.InvalidTopic(broken));
            }

            topic = parsed;
        }

        var outcome = topic is { } one
            ? await maintenance.RunAsync(one, context.RequestAborted)
            : await maintenance.RunAsync(context.RequestAborted);
        return outcome switch
        {
            MaintenanceOutcome.Ran { Report: var report } => new JsonResult(
                json => MaintenanceAnswer.Write(json, report),
                topic is not null && report.Run is { TopicsKept: 0, TopicsHeld: > 0 }
                    ? StatusCodes.Status202Accepted
                    : StatusCodes.Status200OK),
            MaintenanceOutcome.UnderWay => new ProblemResult(new(
                ProblemCode.MaintenanceUnderWay, "This node is at a run already; GET /api/v1/maintenance shows it.")),
            MaintenanceOutcome.UnknownTopic => new ProblemResult(Problem.UnknownTopicOrPartition(body!.Topic!)),
            _ => throw new UnreachableException($"No answer is defined for {outcome}."),
        };
    }
}
