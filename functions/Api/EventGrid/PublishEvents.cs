using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Native.Produce;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// <c>POST /topics/{topic}:publish</c>: appends one event, or a batch of which all are checked before any is appended,
/// by the Kafka binding of CloudEvents. The answer comes when they are durable.
/// </summary>
internal static class PublishEvents
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic)
    {
        var search = await engine.FindAsync(topic, partition: null, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        if (ContentEncodings.Decode(context.Request) is { } undecodable)
        {
            return new ProblemResult(undecodable);
        }

        var broken = ProduceHeaders.Read(context.Request.Headers, found, out var conditions, "events");
        if (broken is not null)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var request = engine.Producer.Begin(found.Topic, conditions);
        var refused = await PostEvents.ReadAsync(
            context, engine, found, read => request.Add(CloudEventRecord.Of(read)));
        if (refused is not null)
        {
            return new ProblemResult(refused);
        }

        if (request.Count > 0)
        {
            var records = await engine.Producer.AppendAsync(request, context.RequestAborted);
            foreach (var record in records)
            {
                if (record.Problem is { } problem)
                {
                    return new ProblemResult(problem);
                }
            }
        }

        return new JsonResult(static _ => { });
    }
}
