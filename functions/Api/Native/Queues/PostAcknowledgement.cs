using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>POST …/queues/{group}:acknowledge</c>, <c>:release</c>, <c>:reject</c> and <c>:renew</c>: what a receiver says
/// of records that it holds. Each lock token has its own outcome, and one that fails keeps no other from its effect.
/// </summary>
internal static class PostAcknowledgement
{
    public static Task<IResult> AcknowledgeAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group) =>
        HandleAsync(context, engine, queues, topic, group, new Acknowledgement.Accept());

    public static Task<IResult> RejectAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group) =>
        HandleAsync(context, engine, queues, topic, group, new Acknowledgement.Reject());

    public static Task<IResult> RenewAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group) =>
        HandleAsync(context, engine, queues, topic, group, new Acknowledgement.Renew());

    public static async Task<IResult> ReleaseAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group)
    {
        var (text, delay) = (context.Request.Query["delay"].ToString(), TimeSpan.Zero);
        return text.Length > 0
            && (!QueryText.TryDuration(text, out delay) || delay > QueueLimits.ReleaseDelayMax)
            ? new ProblemResult(Problem.InvalidRequest(
                $"'delay' is {Quotation.Of(text)}; it is a time like 500ms or 5s, up to "
                + $"{QueueLimits.ReleaseDelayMax.TotalSeconds:0}s."))
            : await HandleAsync(context, engine, queues, topic, group, new Acknowledgement.Release(delay));
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        Engine engine,
        QueueCoordinator queues,
        string topic,
        string group,
        Acknowledgement acknowledgement)
    {
        if (QueueSearch.Read(topic, group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var body = await SmallBody.ReadAsync(context.Request, QueueBodies.Default.LockTokensBody);
        if (LockTokens.Read(body.LockTokens, "lock_tokens", out var tokens) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var memory = engine.Memory.ShareOf(context).Bytes;
        return await queues.AcknowledgeAsync(
            id, tokens, acknowledgement, memory, context.RequestAborted) switch
        {
            AcknowledgeOutcome.Done done => new JsonResult(json => TokenAnswer.Write(json, done.Tokens)),
            AcknowledgeOutcome.TopicNotFound => new ProblemResult(Problem.UnknownTopicOrPartition(topic)),
            AcknowledgeOutcome.QueueNotFound => new ProblemResult(QueueSearch.NotFound(id)),
            var outcome => throw new UnreachableException($"No answer is defined for {outcome}."),
        };
    }
}
