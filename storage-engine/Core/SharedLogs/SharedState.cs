using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// Everything that follows from a shared log's blocks up to one position. Changed by <see cref="SharedRules.Apply"/>
/// and nothing else.
/// </summary>
internal sealed record SharedState
{
    /// <summary>The shared log.</summary>
    public required SharedLogId Log { get; init; }

    /// <summary>The carrier that the next block goes to.</summary>
    public required SegmentName Carrier { get; init; }

    /// <summary>Counts the carriers from 0.</summary>
    public required int CarrierNumber { get; init; }

    /// <summary>Bytes of the carrier folded so far; where the next block begins.</summary>
    public required long Tail { get; init; }

    /// <summary>Blocks of the carrier folded so far.</summary>
    public required int CarrierBlocks { get; init; }

    /// <summary>The number of the next block.</summary>
    public required long NextBlock { get; init; }

    /// <summary>The CRC of the last block.</summary>
    public required uint LastCrc { get; init; }

    /// <summary>The number of the next segment.</summary>
    public required long NextId { get; init; }

    /// <summary>The segments by number.</summary>
    public required ImmutableSortedDictionary<long, CarriedSegment> Segments { get; init; }

    /// <summary>Their numbers by name.</summary>
    public required ImmutableDictionary<string, long> Ids { get; init; }

    /// <summary>What the last block ended with that counts only with the next one; null most times.</summary>
    public CarrierEntry? Part { get; init; }

    /// <summary>A shared log without any block.</summary>
    /// <param name="log">The shared log.</param>
    /// <param name="carrier">Its first carrier, which exists and is empty.</param>
    public static SharedState Empty(SharedLogId log, SegmentName carrier) => new()
    {
        Log = log,
        Carrier = carrier,
        CarrierNumber = 0,
        Tail = 0,
        CarrierBlocks = 0,
        NextBlock = 0,
        LastCrc = 0,
        NextId = 0,
        Segments = ImmutableSortedDictionary<long, CarriedSegment>.Empty,
        Ids = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal),
    };

    /// <summary>The segment of a name; null when there is none.</summary>
    public CarriedSegment? Find(SegmentName segment) =>
        Ids.TryGetValue(segment.Value, out var id) ? Segments[id] : null;

    /// <summary>What a block carries of the shared log's name, so that no stranger's block is ever folded.</summary>
    public static ulong HashOf(SharedLogId log) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(log.Value)));
}
