using System.Buffers.Binary;
using System.Globalization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>Identifies one life of a topic: a topic that is deleted and created again gets another id.</summary>
/// <param name="Value">128 random bits; the lowest 24 are 0, so that the logs of the partitions can be numbered from
/// it.</param>
public readonly record struct TopicId(UInt128 Value)
{
    /// <summary>The number of partitions that fit below one topic id.</summary>
    public const int PartitionsMax = 1 << 24;

    /// <summary>Draws a new id.</summary>
    /// <param name="random">The source of all randomness of the node.</param>
    public static TopicId Create(Random random)
    {
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bits) & ~(UInt128)(PartitionsMax - 1));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote to a row.</summary>
    /// <exception cref="CorruptDataException">The row holds something else.</exception>
    public static TopicId Parse(string text) =>
        UInt128.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? new TopicId(value)
            : throw new CorruptDataException($"Expected a topic id of 32 hexadecimal digits, found '{text}'.");

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
