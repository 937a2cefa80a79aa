using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Retention;

/// <summary>What keepers did: in a step, a run, or to a topic. Stored; none is ever negative.</summary>
public sealed record KeeperCounts
{
    /// <summary>Nothing.</summary>
    public static KeeperCounts None { get; } = new();

    /// <summary>Steps that were taken, also those that others were quicker with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Steps { get; init; }

    /// <summary>Active segments that were sealed because nothing else would have sealed them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SegmentsSealed { get; init; }

    /// <summary>Segments that retention let cease to count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SegmentsRetired { get; init; }

    /// <summary>Their bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesRetired { get; init; }

    /// <summary>Segments whose bytes were deleted: retired ones, replaced ones, copies that were given up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SegmentsDeleted { get; init; }

    /// <summary>Their bytes, as far as they are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesDeleted { get; init; }

    /// <summary>Carriers of shared logs that were deleted because nothing in them counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CarriersDeleted { get; init; }

    /// <summary>Their bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesOfCarriersDeleted { get; init; }

    /// <summary>Segments that a copy took the place of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SegmentsCopied { get; init; }

    /// <summary>Their bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesCopied { get; init; }

    /// <summary>The bytes of the copies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesOfCopies { get; init; }

    /// <summary>Segments that a compaction rewrote, or found to have nothing outdated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SegmentsCompacted { get; init; }

    /// <summary>Their bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesCompacted { get; init; }

    /// <summary>Records that compactions took out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long RecordsRemoved { get; init; }

    /// <summary>Copies that were given up: they took too long, what they were made of went meanwhile, or no row told of
    /// them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CopiesGivenUp { get; init; }

    /// <summary>Logs, topics, deletions and groups that could not be dealt with: storage failed, or data is damaged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Faults { get; init; }

    /// <summary>Bytes that were read to be written again, which a run has a limit for.</summary>
    [JsonIgnore]
    public long BytesRewritten => BytesCopied + BytesCompacted;

    /// <summary>Both together.</summary>
    public static KeeperCounts operator +(KeeperCounts one, KeeperCounts other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new KeeperCounts
        {
            Steps = one.Steps + other.Steps,
            SegmentsSealed = one.SegmentsSealed + other.SegmentsSealed,
            SegmentsRetired = one.SegmentsRetired + other.SegmentsRetired,
            BytesRetired = one.BytesRetired + other.BytesRetired,
            SegmentsDeleted = one.SegmentsDeleted + other.SegmentsDeleted,
            BytesDeleted = one.BytesDeleted + other.BytesDeleted,
            CarriersDeleted = one.CarriersDeleted + other.CarriersDeleted,
            BytesOfCarriersDeleted = one.BytesOfCarriersDeleted + other.BytesOfCarriersDeleted,
            SegmentsCopied = one.SegmentsCopied + other.SegmentsCopied,
            BytesCopied = one.BytesCopied + other.BytesCopied,
            BytesOfCopies = one.BytesOfCopies + other.BytesOfCopies,
            SegmentsCompacted = one.SegmentsCompacted + other.SegmentsCompacted,
            BytesCompacted = one.BytesCompacted + other.BytesCompacted,
            RecordsRemoved = one.RecordsRemoved + other.RecordsRemoved,
            CopiesGivenUp = one.CopiesGivenUp + other.CopiesGivenUp,
            Faults = one.Faults + other.Faults,
        };
    }

    /// <summary>Both together.</summary>
    public static KeeperCounts Add(KeeperCounts one, KeeperCounts other) => one + other;
}
