using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Native.Queues;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// <c>POST …/eventsubscriptions/{subscription}:acknowledge</c>, <c>:release</c>, <c>:reject</c> and
/// <c>:renewLock</c>: what a receiver says of events that it holds. Each lock token has its own outcome.
/// </summary>
internal static class SettleEvents
{
    public static Task<IResult> AcknowledgeAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string subscription) =>
        HandleAsync(context, engine, queues, topic, subscription, new Acknowledgement.Accept());

    public static Task<IResult> RejectAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string subscription) =>
        HandleAsync(context, engine, queues, topic, subscription, new Acknowledgement.Reject());

    public static Task<IResult> RenewAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string subscription) =>
        HandleAsync(context, engine, queues, topic, subscription, new Acknowledgement.Renew());

    public static async Task<IResult> ReleaseAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string subscription) =>
        EventGridQuery.ReadDelay(context.Request.Query, out var delay) is { } broken
            ? new ProblemResult(Problem.InvalidRequest(broken))
            : await HandleAsync(context, engine, queues, topic, subscription, new Acknowledgement.Release(delay));

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        Engine engine,
        QueueCoordinator queues,
        string topic,
        string subscription,
        Acknowledgement acknowledgement)
    {
        if (QueueSearch.Read(topic, subscription, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var body = await SmallBody.ReadAsync(context.Request, EventGridBodies.Default.SettleBody);
        if (LockTokens.Read(body.LockTokens, "lockTokens", out var tokens) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var memory = engine.Memory.ShareOf(context).Bytes;
        return await queues.AcknowledgeAsync(
            id, tokens, acknowledgement, memory, context.RequestAborted) switch
        {
            AcknowledgeOutcome.Done done => new JsonResult(json => Write(json, done.Tokens)) { EndsLine = false },
            AcknowledgeOutcome.TopicNotFound => new ProblemResult(Problem.UnknownTopicOrPartition(topic)),
            AcknowledgeOutcome.QueueNotFound => new ProblemResult(QueueSearch.NotFound(id)),
            var outcome => throw new UnreachableException($"No answer is defined for {outcome}."),
        };
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<TokenOutcome> tokens)
    {
        json.WriteStartArray("failedLockTokens");
        foreach (var token in tokens)
        {
            if (token.Failure is { } failure)
            {
                var problem = TokenAnswer.ProblemOf(failure);
                json.WriteStartObject();
                json.WriteString("lockToken", token.LockToken);
                json.WriteStartObject("error");
                json.WriteString("code", problem.Rule.Name);
                json.WriteString("message", problem.Detail);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("succeededLockTokens");
        foreach (var token in tokens.Where(static one => one.Failure is null))
        {
            json.WriteStringValue(token.LockToken);
        }

        json.WriteEndArray();
    }
}
