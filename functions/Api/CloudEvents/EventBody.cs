using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Pulls the events out of a body in structured or batched mode, one by one.</summary>
internal static class EventBody
{
    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">The body; the caller disposes it. Its window bounds the largest event.</param>
    /// <param name="isBatch">Whether the body is an array of events, and not one.</param>
    /// <param name="attributesMax">The most attributes of one event.</param>
    /// <param name="add">Takes an event, which is valid until it returns; may refuse it.</param>
    /// <param name="cancellationToken">Abandons the wait for more of the body.</param>
    /// <returns>What is wrong with the body or an event, and where; null when every event was taken.</returns>
    /// <exception cref="RequestRefusedException">The body is no JSON, no UTF-8, or too large.</exception>
    public static async ValueTask<Problem?> ReadAsync(
        BodyBuffer body,
        bool isBatch,
        int attributesMax,
        Func<CloudEvent, Problem?> add,
        CancellationToken cancellationToken)
    {
        var json = new JsonBody(body) { Expected = isBatch ? "an array of events" : "an event" };
        if (await BeginAsync(body, json, isBatch, cancellationToken) is { } misfit)
        {
            return misfit;
        }

        for (var count = 0; await json.ReadValueAsync(cancellationToken) is { } value; count++)
        {
            var broken = CloudEventJson.Read(value, attributesMax, out var read);
            var problem = broken is null ? add(read!) : Problem.InvalidRequest(broken);
            if (problem is not null)
            {
                var place = isBatch ? $"Event {count}, at byte {json.ItemPosition}" : "The event";
                return problem with { Detail = $"{place}: {problem.Detail}" };
            }
        }

        // Whatever follows the array or the event is noticed by reading to the end of the body.
        return await json.ReadTokenAsync(cancellationToken) is null
            ? null
            : Problem.InvalidRequest("The body goes on behind its JSON value.");
    }

    private static async ValueTask<Problem?> BeginAsync(
        BodyBuffer body, JsonBody json, bool isBatch, CancellationToken cancellationToken)
    {
        var first = await body.FirstAsync(cancellationToken);
        if (first == '[' && !isBatch)
        {
            return Problem.InvalidRequest(
                $"The body is an array; one event is {EventMediaTypes.Structured}, an array of events is "
                + $"{EventMediaTypes.Batch}.");
        }

        if (isBatch && first is not (null or (byte)'['))
        {
            return Problem.InvalidRequest(
                $"The body is no array; an array of events is {EventMediaTypes.Batch}, one event is "
                + $"{EventMediaTypes.Structured}.");
        }

        if (isBatch)
        {
            await json.ReadTokenAsync(cancellationToken);
        }

        return null;
    }
}
