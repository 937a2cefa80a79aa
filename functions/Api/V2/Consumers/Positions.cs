using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>POST …/positions</c>, <c>/positions/beginning</c>, <c>/positions/end</c>: where the next read goes on.
/// </summary>
internal static class Positions
{
    public static async Task<IResult> PostAsync(ConsumerCall call)
    {
        var (request, error) = await V2Body.ReadAsync(
            call.Context.Request, V2Json.Default.PositionsRequest, call.Aborted);
        if (error is not null || request is null)
        {
            return error is null ? ConsumerCall.BodyIsMissing : V2Answer.Error(error);
        }

        if (Partitions.Read(request.Offsets, out Dictionary<TopicPartition, OffsetRef> offsets) is { } refusal)
        {
            return refusal;
        }

        if (Read(request.Timestamps, out var times) is { } broken)
        {
            return broken;
        }

        if (call.RefusalOf(Right.ReadTopic, offsets.Keys.Concat(times.Keys).Select(static one => one.Topic))
            is { } forbidden)
        {
            return forbidden;
        }

        if (times.Count > 0 && await RefusalAsync(call, times.Keys) is { } foreign)
        {
            return foreign;
        }

        var positions = offsets.ToDictionary(static one => one.Key, static one => one.Value.Offset);
        foreach (var (partition, milliseconds) in times)
        {
            positions[partition] = await OffsetAtAsync(call, partition, milliseconds);
        }

        return await call.AnswerAsync(new GroupRequest.Seek(call.Instance, positions));
    }

    public static Task<IResult> PostBeginningAsync(ConsumerCall call) =>
        SeekAsync(call, static ends => ends.LogStartOffset);

    public static Task<IResult> PostEndAsync(ConsumerCall call) =>
        SeekAsync(call, static ends => ends.HighWatermark);

    private static async Task<IResult> SeekAsync(ConsumerCall call, Func<PartitionOffsets, long> choose)
    {
        var (request, error) = await V2Body.ReadAsync(call.Context.Request, V2Json.Default.PartitionList, call.Aborted);
        if (error is not null || request is null)
        {
            return error is null ? ConsumerCall.BodyIsMissing : V2Answer.Error(error);
        }

        if (Partitions.Read(request.Partitions, out var partitions) is { } refusal)
        {
            return refusal;
        }

        if (call.RefusalOf(Right.ReadTopic, partitions.Select(static one => one.Topic)) is { } forbidden)
        {
            return forbidden;
        }

        var (instance, gone) = await call.FindAsync();
        if (instance is null)
        {
            return gone!;
        }

        if (Foreign(instance, partitions) is { } foreign)
        {
            return foreign;
        }

        // Naming none means all, as with Kafka's own consumer.
        var positions = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions.Count == 0 ? [.. instance.Assignment.Keys] : partitions)
        {
            positions[partition] = choose(await EndsAsync(call, partition));
        }

        return await call.AnswerAsync(new GroupRequest.Seek(call.Instance, positions));
    }

    private static IResult? Read(IReadOnlyList<TimestampRef>? refs, out Dictionary<TopicPartition, long> times)
    {
        times = [];
        if (Partitions.CheckCount(refs?.Count) is { } tooMany)
        {
            return tooMany;
        }

        foreach (var time in refs ?? [])
        {
            if (time is null || !QueryText.TryTimestamp(time.Timestamp, out var milliseconds))
            {
                return V2Answer.Error(ConfluentError.BadRequest(
                    $"The timestamp {Quotation.Of(time?.Timestamp)} is not a time in ISO 8601."));
            }

            if (Partitions.Read(time.Topic, time.Partition, out var partition) is { } broken)
            {
                return broken;
            }

            times[partition] = milliseconds;
        }

        return null;
    }

    private static async ValueTask<IResult?> RefusalAsync(
        ConsumerCall call, IReadOnlyCollection<TopicPartition> partitions)
    {
        var (instance, gone) = await call.FindAsync();
        return instance is null ? gone : Foreign(instance, partitions);
    }

    // The group refuses them as well, but only after each was looked up in its log.
    private static IResult? Foreign(ConsumerInstance instance, IReadOnlyCollection<TopicPartition> partitions) =>
        partitions.Where(partition => !instance.Assignment.ContainsKey(partition))
            .Select(static partition => V2Answer.Error(
                GroupError.NotAssigned, $"No current assignment for partition {partition}"))
            .FirstOrDefault();

    // A partition that does not exist yet begins and ends at 0; one that is not the instance's is refused by the group.
    private static async ValueTask<PartitionOffsets> EndsAsync(ConsumerCall call, TopicPartition partition) =>
        await TopicAsync(call, partition) is { } topic
            ? await call.Engine.Engine.Log.GetOffsetsAsync(topic, partition.Partition, call.Aborted) ?? default
            : default;

    // Without a record at or after the time, the next one to come is the first; a partition that does not exist yet
    // begins at 0.
    private static async ValueTask<long> OffsetAtAsync(
        ConsumerCall call, TopicPartition partition, long milliseconds) =>
        await TopicAsync(call, partition) is { } topic
        && await call.Engine.Engine.Log.FindOffsetAsync(topic, partition.Partition, milliseconds, call.Aborted)
            is var (record, ends)
            ? record?.Offset ?? ends.HighWatermark
            : 0;

    private static async ValueTask<Topic?> TopicAsync(ConsumerCall call, TopicPartition partition) =>
        await call.Engine.Engine.Topics.FindAsync(partition.Topic, call.Aborted) is { } topic
        && partition.Partition < topic.PartitionCount
            ? topic
            : null;
}
