using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// <c>POST …/topics/-/configs:alter</c>: changes settings of several topics. Nothing is changed when a topic or a
/// setting does not exist; else each topic is changed wholly or not, and those that are not are named (207).
/// </summary>
internal static class AlterTopicsConfigs
{
    // Every topic is one row that is read and written; more at once would only queue at the table.
    private const int TopicsAtOnce = 16;

    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.AlterTopicsConfigsRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        if (Read(context, request, out var changes) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        var caller = Caller.Of(context);
        if ((caller.RefusalOf(Right.AlterTopicConfigs, changes.Select(static change => change.Name))
            ?? await RefusalOfAsync(caller, engine, changes, context.RequestAborted)) is { } forbidden)
        {
            return V3Answer.Error(ConfluentError.Of(forbidden));
        }

        if (await FindMissingAsync(engine, changes, context.RequestAborted) is { } missing)
        {
            return V3Answer.Error(missing);
        }

        var failures = await AlterAsync(engine, changes, request.ValidateOnly ?? false, context.RequestAborted);
        return failures.Count == 0
            ? TypedResults.NoContent()
            : V3Answer.Json(
                new AlterTopicsConfigsAnswer(failures),
                V3Json.Default.AlterTopicsConfigsAnswer,
                StatusCodes.Status207MultiStatus);
    }

    private static async ValueTask<Problem?> RefusalOfAsync(
        Caller caller, Engine engine, List<TopicChanges> changes, CancellationToken cancellationToken)
    {
        foreach (var chunk in changes.Chunk(TopicsAtOnce))
        {
            var refusals = await Task.WhenAll(chunk.Select(change =>
                caller.RefusalOfAsync(engine.Topics, change.Name, change.Changes, cancellationToken).AsTask()));
            if (Array.Find(refusals, static refusal => refusal is not null) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static ConfluentError? Read(
        HttpContext context, AlterTopicsConfigsRequest request, out List<TopicChanges> changes)
    {
        changes = [];
        if (request.Data is null)
        {
            return ConfluentError.BadRequest("The member data is missing.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in request.Data)
        {
            if (topic?.TopicName is null)
            {
                return ConfluentError.BadRequest("The member topic_name of an entry is missing.");
            }

            if (!names.Add(topic.TopicName))
            {
                return ConfluentError.BadRequest($"The topic {Quotation.Of(topic.TopicName)} is there twice.");
            }

            if (!TopicName.TryParse(topic.TopicName, out var name, out _))
            {
                return ConfluentError.UnknownTopicOrPartition;
            }

            if ((TopicConfigEndpoints.Read(topic.Configs, "configs", out var read)
                ?? TopicConfigEndpoints.FindUnknown(context, topic.TopicName, read)) is { } refused)
            {
                return refused;
            }

            changes.Add(new(name, read));
        }

        return null;
    }

    private static async ValueTask<ConfluentError?> FindMissingAsync(
        Engine engine, List<TopicChanges> changes, CancellationToken cancellationToken)
    {
        foreach (var chunk in changes.Chunk(TopicsAtOnce))
        {
            var found = await Task.WhenAll(
                chunk.Select(change => engine.Topics.FindAsync(change.Name, cancellationToken).AsTask()));
            if (found.Contains(null))
            {
                return ConfluentError.UnknownTopicOrPartition;
            }
        }

        return null;
    }

    private static async ValueTask<List<TopicAlterationFailure>> AlterAsync(
        Engine engine, List<TopicChanges> changes, bool validateOnly, CancellationToken cancellationToken)
    {
        var failures = new List<TopicAlterationFailure>();
        foreach (var chunk in changes.Chunk(TopicsAtOnce))
        {
            var errors = await Task.WhenAll(
                chunk.Select(change => AlterAsync(engine, change, validateOnly, cancellationToken)));
            failures.AddRange(chunk.Zip(errors)
                .Where(static pair => pair.Second is not null)
                .Select(static pair => new TopicAlterationFailure(
                    pair.First.Name.Value, (int)pair.Second!.Code, pair.Second.Message)));
        }

        return failures;
    }

    private static async Task<ConfluentError?> AlterAsync(
        Engine engine, TopicChanges change, bool validateOnly, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.Topics.AlterConfigsAsync(
                change.Name, change.Changes, validateOnly, cancellationToken) switch
            {
                TopicChange.Changed => null,
                TopicChange.UnknownTopic => ConfluentError.UnknownTopicOrPartition,
                TopicChange.Refused refused => new(ConfluentErrorCode.InvalidRequest, refused.Problem.Detail),
                var outcome => throw new System.Diagnostics.UnreachableException(
                    $"No answer is defined for {outcome}."),
            };
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // The other topics go their own way, so the fault becomes this topic's answer.
            return ConfluentError.Of(Failures.ProblemOf(exception));
        }
    }

    private sealed record TopicChanges(TopicName Name, List<TopicConfigChange> Changes);
}
