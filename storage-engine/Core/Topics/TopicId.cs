using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>Identifies one life of a topic: a topic that is deleted and created again gets another id.</summary>
/// <param name="Value">128 random bits; the lowest 24 are 0, so that the logs of the partitions can be numbered from
/// it.</param>
public readonly record struct TopicId(Bits128 Value)
{
    /// <summary>The number of partitions that fit below one topic id.</summary>
    public const int PartitionsMax = 1 << 24;

    /// <summary>Draws a new id.</summary>
    /// <param name="random">The source of all randomness of the node.</param>
    public static TopicId Create(Random random)
    {
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return WithoutPartition(Bits128.Read(bits));
    }

    /// <summary>The topic of a log that belongs to one of its partitions.</summary>
    /// <param name="log">The log's id.</param>
    public static TopicId WithoutPartition(Bits128 log) => new(log with { Low = log.Low & ~(ulong)(PartitionsMax - 1) });

    /// <summary>Reads what <see cref="ToString"/> wrote to a row.</summary>
    /// <exception cref="CorruptDataException">The row holds something else.</exception>
    public static TopicId Parse(string text) =>
        Bits128.TryParse(text, out var value)
            ? new TopicId(value)
            : throw new CorruptDataException($"Expected a topic id of 32 hexadecimal digits, found '{text}'.");

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
