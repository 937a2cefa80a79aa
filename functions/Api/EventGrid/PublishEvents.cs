using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// <c>POST /topics/{topic}:publish</c>: appends one event, or a batch of which all are checked before any is appended,
/// by the Kafka binding of CloudEvents. The answer comes when they are durable. Those of one partition are stored as a
/// whole; when that fails for some partitions only, the answer is their error, and says how many events are stored.
/// </summary>
internal static class PublishEvents
{
    private const string KeyRemedy = "Give the event the attribute partitionkey, whose text is its key.";

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
        Problem? Add(CloudEvent read)
        {
            var record = CloudEventRecord.Of(read);
            return RecordRules.CheckKey(found.Topic, record, KeyRemedy) ?? request.Add(record);
        }

        var refused = await PostEvents.ReadAsync(context, engine, found, Add);
        if (refused is not null)
        {
            return new ProblemResult(refused);
        }

        if (request.Count > 0)
        {
            var records = await engine.Producer.AppendAsync(request, context.RequestAborted);
            if (ProduceAnswers.Of(context.Response, found, records) is ProblemResult { Problem: var problem })
            {
                var durable = records.Count(static record => record.Problem is null);
                return new ProblemResult(durable == 0 ? problem : problem with
                {
                    Detail = $"{problem.Detail} {durable} of the {records.Count} events are stored, and stay.",
                });
            }
        }

        return new JsonResult(static _ => { }) { EndsLine = false };
    }
}
