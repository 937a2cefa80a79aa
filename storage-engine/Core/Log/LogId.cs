using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Identifies one log: one chain of blocks with one order and one leader.</summary>
/// <param name="Value">128 bits; for the dedicated log of a partition, the topic id plus the partition's index.</param>
public readonly record struct LogId(Bits128 Value)
{
    /// <summary>The log that belongs to one partition alone.</summary>
    /// <param name="topic">The topic; its lowest 24 bits are 0.</param>
    /// <param name="partition">0 to <see cref="TopicId.PartitionsMax"/> - 1.</param>
    public static LogId Of(TopicId topic, int partition) => new(topic.Value with { Low = topic.Value.Low + (uint)partition });

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
