using System.Collections.Immutable;
using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>What is stored of one partition.</summary>
/// <param name="Id">The partition, in one life of its topic.</param>
/// <param name="Segments">All its segments in the order of their names, also those that nothing names; those whose bytes
/// are gone only as far as that was recorded.</param>
/// <param name="Rows">The rows of its log by key.</param>
public sealed record StoredPartition(
    PartitionId Id, ImmutableArray<StoredSegment> Segments, ImmutableSortedDictionary<string, byte[]> Rows)
{
    /// <summary>The same of its copies.</summary>
    public ImmutableArray<StoredSegment> Copies { get; init; } = [];

    /// <summary>The blocks of all segments that hold any, in the order of their numbers.</summary>
    public IEnumerable<StoredBlock> Blocks =>
        Segments.SelectMany(static segment => segment.Blocks).OrderBy(static block => block.Number);

    /// <summary>Its record batches in the order of its blocks.</summary>
    public IEnumerable<StoredBatch> Batches => Blocks.SelectMany(static block => block.Batches);
}
