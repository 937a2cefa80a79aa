using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Queues;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// <c>POST /topics/{topic}/eventsubscriptions/{subscription}:receive</c>: acquires the next events, as soon as there
/// are any.
/// </summary>
internal static class ReceiveEvents
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string subscription)
    {
        if (QueueSearch.Read(topic, subscription, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        if (EventGridQuery.ReadReceive(context.Request.Query, out var eventsMax, out var wait) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var bytesMax = Math.Min(engine.Settings.PageBytesMax, QueueLimits.ReceiveBytesMax);
        wait = wait < engine.Settings.WaitMax ? wait : engine.Settings.WaitMax;
        var memory = engine.Memory.ShareOf(context);
        var request = new ReceiveRequest(eventsMax, bytesMax, wait, Receiver: null) { Memory = memory.Bytes };
        var outcome = await queues.ReceiveAsync(id, request, context.RequestAborted);
        if (outcome is not ReceiveOutcome.Received received)
        {
            return new ProblemResult(PostReceive.ProblemOf(outcome, id));
        }

        memory.TakeShown(received.Records.Select(static one => one.Record));
        return new ReceivedEvents(id, received.Records, engine.Settings.RecordHeadersMax);
    }
}
