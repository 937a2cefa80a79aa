using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>
/// <c>POST /api/v1/groups/{group}/offsets</c>: commits offsets, as a member or for a group that shares nothing out.
/// </summary>
internal static class PostGroupOffsets
{
    public static async Task<IResult> HandleAsync(HttpContext context, GroupCoordinator groups, string group)
    {
        if (GroupProblems.Read(group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var body = await SmallBody.ReadAsync(context.Request, GroupBodies.Default.CommitOffsetsBody);
        if (ReadOffsets(body, out var offsets) is { } broken)
        {
            return new ProblemResult(broken);
        }

        if (Caller.Of(context).RefusalOf(Right.ReadTopic, offsets.Select(static one => one.Partition.Topic))
            is { } refusal)
        {
            return new ProblemResult(refusal);
        }

        if ((body.MemberId, body.MemberEpoch) is (null, null))
        {
            return Answer(
                await groups.AlterOffsetsAsync(id, offsets, [], onlyIfEmpty: false, context.RequestAborted), offsets);
        }

        if (HeartbeatRules.ReadName("member_id", body.MemberId, out var member) is { } nobody)
        {
            return new ProblemResult(nobody);
        }

        return body.MemberEpoch is { } epoch
            ? Answer(await groups.CommitAsync(id, member, epoch, offsets, context.RequestAborted), offsets)
            : new ProblemResult(Problem.InvalidRequest(
                "'member_epoch' is missing; it is what the member's last heartbeat was answered."));
    }

    private static Problem? ReadOffsets(CommitOffsetsBody body, out IReadOnlyList<PartitionOffset> offsets)
    {
        var read = new SortedDictionary<TopicPartition, PartitionOffset>();
        offsets = [];
        if (body.Offsets is not { Count: > 0 })
        {
            return Problem.InvalidRequest("'offsets' is missing or empty; it is an array of what to commit.");
        }

        IReadOnlyList<OffsetBody?> entries = body.Offsets;
        for (var number = 0; number < entries.Count; number++)
        {
            var one = entries[number];
            if (one is not { Topic: { } topic, Partition: { } partition and >= 0, NextOffset: { } offset and >= 0 })
            {
                return Problem.InvalidRequest(
                    $"Entry {number} of 'offsets' has the topic {Quotation.Of(one?.Topic ?? "")}, the partition "
                    + $"{one?.Partition?.ToString(CultureInfo.InvariantCulture) ?? "null"} and the next_offset "
                    + $"{one?.NextOffset?.ToString(CultureInfo.InvariantCulture) ?? "null"}; it needs a 'topic', a "
                    + "'partition' from 0 on, and the 'next_offset' to read, from 0 on.");
            }

            if (!TopicName.TryParse(topic, out var name, out var broken))
            {
                return Problem.InvalidTopic(broken);
            }

            if (one.Metadata?.Length > GroupLimits.OffsetMetadataCharactersMax || one.LeaderEpoch < -1)
            {
                return Problem.InvalidRequest(
                    $"An entry of 'offsets' has {one.Metadata?.Length ?? 0} characters of 'metadata' and the "
                    + $"'leader_epoch' {one.LeaderEpoch ?? -1}; {GroupLimits.OffsetMetadataCharactersMax} are allowed, "
                    + "and an epoch from 0 on.");
            }

            var place = new TopicPartition(name, partition);
            read[place] = new PartitionOffset(place, offset, one.Metadata ?? "")
            {
                LeaderEpoch = one.LeaderEpoch ?? -1,
            };
        }

        offsets = [.. read.Values];
        return null;
    }

    private static IResult Answer(GroupOutcome outcome, IReadOnlyList<PartitionOffset> offsets) =>
        GroupProblems.Of(outcome) is { } problem ? new ProblemResult(problem) : new JsonResult(json =>
        {
            json.WriteStartArray("offsets");
            foreach (var one in offsets)
            {
                json.WriteStartObject();
                json.WriteString("topic", one.Partition.Topic.Value);
                json.WriteNumber("partition", one.Partition.Partition);
                json.WriteNumber("next_offset", one.Offset);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
