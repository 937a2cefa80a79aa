using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>Reads the partitions that bodies name.</summary>
internal static class Partitions
{
    /// <summary>Why so many partitions cannot be named by one request, or null.</summary>
    public static IResult? CheckCount(int? count) => count > GroupLimits.PartitionsMax
        ? V2Answer.Unprocessable(
            $"The request names {count} partitions; a group has at most {GroupLimits.PartitionsMax}.")
        : null;

    /// <summary>One partition, or what is wrong with it.</summary>
    public static IResult? Read(string topic, int partition, out TopicPartition read)
    {
        read = default;
        if (!TopicName.TryParse(topic, out var name, out _))
        {
            return ConsumerCall.InvalidTopic(topic);
        }

        if (partition < 0)
        {
            return V2Answer.Unprocessable($"partition must be 0 or more, and is {partition}");
        }

        read = new TopicPartition(name, partition);
        return null;
    }

    /// <summary>Several partitions in the order given, each once.</summary>
    public static IResult? Read(IReadOnlyList<PartitionRef>? refs, out List<TopicPartition> read)
    {
        read = [];
        if (CheckCount(refs?.Count) is { } tooMany)
        {
            return tooMany;
        }

        foreach (var one in refs ?? [])
        {
            if (one is null)
            {
                return V2Answer.Unprocessable("A partition must not be null.");
            }

            if (Read(one.Topic, one.Partition, out var partition) is { } refusal)
            {
                return refusal;
            }

            read.Add(partition);
        }

        read = [.. read.Distinct()];
        return null;
    }

    /// <summary>Several partitions with offsets; the last one counts for a partition that stands there twice.</summary>
    public static IResult? Read(IReadOnlyList<OffsetRef>? refs, out Dictionary<TopicPartition, OffsetRef> read)
    {
        read = [];
        if (CheckCount(refs?.Count) is { } tooMany)
        {
            return tooMany;
        }

        foreach (var one in refs ?? [])
        {
            if (one is null)
            {
                return V2Answer.Unprocessable("An offset must not be null.");
            }

            if (Read(one.Topic, one.Partition, out var partition) is { } refusal)
            {
                return refusal;
            }

            // The offset behind it must be a number, too.
            if (one.Offset is < 0 or long.MaxValue)
            {
                return V2Answer.Unprocessable($"offset must be 0 to {long.MaxValue - 1}, and is {one.Offset}");
            }

            read[partition] = one;
        }

        return null;
    }
}
