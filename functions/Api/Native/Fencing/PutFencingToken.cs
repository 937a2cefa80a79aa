using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Fencing;

/// <summary>
/// <c>PUT /api/v1/topics/{topic}/partitions/{partition}/fencing-token</c>: sets the token that appends may ask for, as
/// a command in the log itself. From then on every append that states another token is refused; appends that state none
/// pass. May itself depend on <c>If-Match</c> and on the token that is there, in <c>Fencing-Token</c>.
/// </summary>
internal static class PutFencingToken
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        string? current = null;
        var broken = ProduceHeaders.ReadIfMatch(context.Request.Headers, out var nextOffset)
            ?? ProduceHeaders.ReadFencingToken(context.Request.Headers, out current);
        if (broken is not null)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var body = await SmallBody.ReadAsync(context.Request, FencingJson.Default.FencingTokenBody);
        if (body.Token is not { } token || (token.Length > 0 && !FencingTokenText.IsValid(token)))
        {
            return new ProblemResult(Problem.InvalidRequest(
                $"The member 'token' is {(body.Token is null ? "null or not there" : Quotation.Of(body.Token))}; it is "
                + $"{FencingTokenText.Rule}, or empty for none."));
        }

        var asked = new AppendConditions { NextOffset = nextOffset, FencingToken = current };
        var index = found.Partition!.Value;
        var outcome = await engine.Log.FenceAsync(found.Topic, index, token, asked, context.RequestAborted);
        var conditions = new ProduceConditions(NextOffset: nextOffset, FencingToken: current);
        return AppendProblems.Of(outcome, found.Topic, index, conditions) is { } problem
            ? new ProblemResult(problem)
            : Answer(context.Response, index, token, outcome);
    }

    private static JsonResult Answer(HttpResponse response, int partition, string token, AppendOutcome outcome)
    {
        var fenced = outcome as AppendOutcome.Fenced
            ?? throw new UnreachableException($"No answer is defined for {outcome}.");
        NextOffsetTag.Write(response, fenced.NextOffset);
        return new JsonResult(json =>
        {
            json.WriteNumber("partition", partition);
            json.WriteString("token", token);
            json.WriteNumber("next_offset", fenced.NextOffset);
        });
    }
}
