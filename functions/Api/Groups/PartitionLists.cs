using System.Collections.Immutable;
using System.Text.Json;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Groups;

/// <summary>Partitions by topic: <c>[{"topic":"orders","partitions":[0,1]}]</c>. Pure.</summary>
internal static class PartitionLists
{
    /// <summary>Reads the partitions.</summary>
    /// <param name="member">The member of the body that holds them.</param>
    /// <param name="topics">As they came.</param>
    /// <param name="partitions">In order, when the result is null.</param>
    /// <returns>What is wrong, or null.</returns>
    public static Problem? Read(
        string member, IReadOnlyList<TopicPartitionsBody?> topics, out ImmutableSortedSet<TopicPartition> partitions)
    {
        var read = ImmutableSortedSet.CreateBuilder<TopicPartition>();
        partitions = [];
        foreach (var entry in topics)
        {
            if (entry?.Topic is not { } name || !TopicName.TryParse(name, out var topic, out _))
            {
                return NoTopic(member, entry);
            }

            if (entry.Partitions is not { } numbers || numbers.Any(static number => number < 0))
            {
                return Problem.InvalidRequest(
                    $"An entry of '{member}' has no 'partitions', or a number below 0 in it; they are an array like "
                    + "[0,1].");
            }

            read.UnionWith(numbers.Select(number => new TopicPartition(topic, number)));
        }

        if (read.Count > GroupLimits.PartitionsMax)
        {
            return Problem.InvalidRequest(
                $"'{member}' names {read.Count} partitions; {GroupLimits.PartitionsMax} are possible.");
        }

        partitions = read.ToImmutable();
        return null;
    }

    /// <summary>An entry names no topic, or nothing that a topic can be called.</summary>
    public static Problem NoTopic(string member, TopicPartitionsBody? entry) =>
        entry?.Topic is { } name && !TopicName.TryParse(name, out _, out var broken)
            ? Problem.InvalidTopic(broken)
            : Problem.InvalidRequest($"An entry of '{member}' has no 'topic'; it is the name of a topic.");

    /// <summary>Writes the partitions.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="member">The member that shall hold them.</param>
    /// <param name="partitions">In order.</param>
    public static void Write(Utf8JsonWriter json, string member, IEnumerable<TopicPartition> partitions)
    {
        json.WriteStartArray(member);
        foreach (var topic in partitions.GroupBy(static one => one.Topic))
        {
            json.WriteStartObject();
            json.WriteString("topic", topic.Key.Value);
            json.WriteStartArray("partitions");
            foreach (var partition in topic)
            {
                json.WriteNumberValue(partition.Partition);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
