using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>
/// <c>GET</c>, <c>DELETE /api/v1/groups/{group}/offsets</c> and <c>POST …/offsets:reset</c>: what a group has
/// committed.
/// </summary>
internal static class GroupOffsets
{
    public static async Task<IResult> GetAsync(
        HttpContext context, GroupCoordinator groups, GroupLags lags, string group)
    {
        TopicName? topic = null;
        if ((GroupProblems.Read(group, out var id) ?? ReadTopic(context, out topic)) is { } refused)
        {
            return new ProblemResult(refused);
        }

        if (await groups.DescribeAsync(id, context.RequestAborted) is not { } described)
        {
            return new ProblemResult(GroupProblems.NotFound(id));
        }

        var caller = Caller.Of(context);
        var read = await lags.ReadAsync(
            described,
            one => (topic is null || one.Topic == topic) && caller.May(Right.DescribeTopic, one.Topic),
            context.RequestAborted);
        var summary = LagSummary.Of(read);
        return new JsonResult(json =>
        {
            json.WriteString("group", id.Value);
            json.WriteNumber("total_lag", summary.Total);
            json.WriteNumber("max_lag", summary.Greatest?.Lag ?? 0);
            json.WriteStartArray("offsets");
            foreach (var lag in read)
            {
                json.WriteStartObject();
                GroupAnswer.Write(json, lag);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public static async Task<IResult> DeleteAsync(HttpContext context, GroupCoordinator groups, string group)
    {
        TopicName? topic = null;
        if ((GroupProblems.Read(group, out var id) ?? ReadTopic(context, out topic)) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var text = context.Request.Query["partition"].ToString();
        var partition = 0L;
        var valid = text.Length == 0 || (QueryText.TryNumber(text, out partition) && partition <= int.MaxValue);
        if (topic is not { } name || !valid)
        {
            return new ProblemResult(Problem.InvalidRequest(
                $"'topic' is {Quotation.Of(topic?.Value)} and 'partition' {Quotation.Of(text)}; needed are a topic "
                + "and, for one of its partitions only, a number from 0 on."));
        }

        if (Caller.Of(context).RefusalOf(Right.ReadTopic, name.Value) is { } refusal)
        {
            return new ProblemResult(refusal);
        }

        if (await groups.DescribeAsync(id, context.RequestAborted) is not { } described)
        {
            return new ProblemResult(GroupProblems.NotFound(id));
        }

        TopicPartition[] removed = text.Length > 0
            ? [new TopicPartition(name, (int)partition)]
            : [.. described.Offsets.Keys.Where(one => one.Topic == name).Order()];
        var outcome = await groups.AlterOffsetsAsync(id, [], removed, onlyIfEmpty: false, context.RequestAborted);
        return GroupProblems.Of(outcome) is { } problem ? new ProblemResult(problem) : TypedResults.NoContent();
    }

    public static async Task<IResult> ResetAsync(
        HttpContext context, Engine engine, GroupCoordinator groups, OffsetResets resets, string group)
    {
        if (GroupProblems.Read(group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var (done, dryRun, problem) = await OffsetResetCall.RunAsync(context, engine, groups, resets, id);
        return problem is not null ? new ProblemResult(problem) : new JsonResult(json =>
        {
            json.WriteString("group", id.Value);
            json.WriteBoolean("dry_run", dryRun);
            json.WriteStartArray("offsets");
            foreach (var reset in done!.Partitions)
            {
                json.WriteStartObject();
                json.WriteString("topic", reset.Partition.Topic.Value);
                json.WriteNumber("partition", reset.Partition.Partition);
                GroupAnswer.WriteNumber(json, "previous_offset", reset.Previous);
                json.WriteNumber("next_offset", reset.Offset);
                json.WriteNumber("log_start_offset", reset.Ends.LogStartOffset);
                json.WriteNumber("high_watermark", reset.Ends.HighWatermark);
                json.WriteBoolean("clamped", reset.Clamped);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static Problem? ReadTopic(HttpContext context, out TopicName? topic)
    {
        topic = null;
        var text = context.Request.Query["topic"].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (!TopicName.TryParse(text, out var name, out var broken))
        {
            return Problem.InvalidTopic(broken);
        }

        topic = name;
        return null;
    }
}
