using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>
/// <c>POST /api/v1/groups/{group}:heartbeat</c>: KIP-848's <c>ConsumerGroupHeartbeat</c>, which makes any reader a
/// member of a group.
/// </summary>
internal static class PostHeartbeat
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, GroupCoordinator groups, GroupSettings settings, Random random, string group)
    {
        if (GroupProblems.Read(group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var body = await SmallBody.ReadAsync(context.Request, GroupBodies.Default.HeartbeatBody);
        if (HeartbeatRules.Read(body, () => NewName(random), settings, out var heartbeat) is { } broken)
        {
            return new ProblemResult(broken);
        }

        var caller = Caller.Of(context);
        if (caller.RefusalOf(Right.DescribeTopic, heartbeat!.Subscription?.Names() ?? []) is { } refusal)
        {
            return new ProblemResult(refusal);
        }

        var outcome = await groups.ExecuteAsync(id, heartbeat!, context.RequestAborted);
        return GroupProblems.Of(outcome) is { } problem
            ? new ProblemResult(problem)
            : Answer(heartbeat!, ((GroupOutcome.Done)outcome).Instance, caller);
    }

    // Of a member that has left nothing is there any more.
    private static JsonResult Answer(
        GroupRequest.Heartbeat heartbeat, ConsumerInstance? instance, Caller caller) => new(json =>
    {
        json.WriteString("member_id", heartbeat.Instance.Value);
        json.WriteNumber("member_epoch", instance?.Epoch ?? heartbeat.Epoch);
        json.WriteNumber(
            "heartbeat_interval_ms",
            (long)HeartbeatRules.IntervalOf(instance?.SessionTimeout ?? heartbeat.SessionTimeout).TotalMilliseconds);
        PartitionLists.Write(
            json,
            "assignment",
            (instance?.Assignment.Keys ?? []).Where(one => caller.May(Right.DescribeTopic, one.Topic)));
    });

    private static string NewName(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return $"consumer-{new Guid(bytes)}";
    }
}
