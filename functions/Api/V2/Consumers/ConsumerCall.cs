using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>One request to a consumer instance.</summary>
/// <param name="Context">The HTTP request.</param>
/// <param name="Engine">What it works with.</param>
/// <param name="Group">The group of the path.</param>
/// <param name="Instance">The instance of the path.</param>
internal sealed record ConsumerCall(HttpContext Context, ConsumerEngine Engine, GroupId Group, InstanceId Instance)
{
    /// <summary>Abandons the request when the client goes away.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Who asks.</summary>
    public Caller Caller => Caller.Of(Context);

    /// <summary>What to answer a caller who lacks a right to one of some topics; null when he has it.</summary>
    public IResult? RefusalOf(Right right, IEnumerable<TopicName> topics) =>
        Caller.RefusalOf(right, topics) is { } problem ? V2Answer.Error(problem) : null;

    /// <summary>
    /// Runs an endpoint for the instance that a path names; a name that no instance can have is the name of none.
    /// </summary>
    public static Task<IResult> RunAsync(
        HttpContext context,
        ConsumerEngine engine,
        string group,
        string instance,
        Func<ConsumerCall, Task<IResult>> handle) =>
        GroupId.TryParse(group, out var groupId, out _) && InstanceId.TryParse(instance, out var instanceId, out _)
            ? handle(new ConsumerCall(context, engine, groupId, instanceId))
            : Task.FromResult(V2Answer.Error(GroupError.InstanceNotFound, ""));

    /// <summary>Asks the group, and answers 204 when it agrees.</summary>
    public async Task<IResult> AnswerAsync(GroupRequest request) =>
        Refusal(await ExecuteAsync(request)) ?? TypedResults.NoContent();

    /// <summary>Asks the group.</summary>
    public ValueTask<GroupOutcome> ExecuteAsync(GroupRequest request) =>
        Engine.Groups.ExecuteAsync(Group, request, Aborted);

    /// <summary>The instance as it is now, or the answer when there is none.</summary>
    public async ValueTask<(ConsumerInstance? Instance, IResult? Refusal)> FindAsync()
    {
        var outcome = await ExecuteAsync(new GroupRequest.Touch(Instance));
        return ((outcome as GroupOutcome.Done)?.Instance, Refusal(outcome));
    }

    /// <summary>What to answer when the group refused; null when it did not.</summary>
    public static IResult? Refusal(GroupOutcome outcome) => outcome is GroupOutcome.Refused refused
        ? V2Answer.Error(refused.Error, refused.Detail)
        : null;

    /// <summary>A body is needed and there is none.</summary>
    public static IResult BodyIsMissing { get; } = V2Answer.Unprocessable("The request needs a body.");

    /// <summary>A name that no topic can have, in Kafka's words.</summary>
    public static IResult InvalidTopic(string? name) =>
        V2Answer.Error(new ConfluentError(ConfluentErrorCode.InvalidRequest, $"Invalid topics: [{name}]"));
}
