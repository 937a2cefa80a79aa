using System.Globalization;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Offsets;

/// <summary>A partition by the name of its topic, as clients speak of it.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition's index, not negative.</param>
public readonly record struct TopicPartition(TopicName Topic, int Partition) : IComparable<TopicPartition>
{
    /// <summary>By name, then by index.</summary>
    public int CompareTo(TopicPartition other)
    {
        var byTopic = string.CompareOrdinal(Topic.Value, other.Topic.Value);
        return byTopic != 0 ? byTopic : Partition.CompareTo(other.Partition);
    }

    /// <summary><c>orders-0</c>, as Kafka writes it in messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}-{Partition}");

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(TopicPartition left, TopicPartition right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="right"/> comes first.</summary>
    public static bool operator >(TopicPartition left, TopicPartition right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> comes first, or both are the same.</summary>
    public static bool operator <=(TopicPartition left, TopicPartition right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="right"/> comes first, or both are the same.</summary>
    public static bool operator >=(TopicPartition left, TopicPartition right) => left.CompareTo(right) >= 0;
}
