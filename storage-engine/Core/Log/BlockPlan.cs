using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>What a writer wants the next block to be.</summary>
/// <param name="Kind">Every kind but data carries the log's state.</param>
/// <param name="WrittenAt">The writer's clock, in milliseconds since 1970.</param>
internal readonly record struct BlockPlan(BlockKind Kind, long WrittenAt)
{
    /// <summary>The leader from this block on, which raises the epoch; null to leave both as they are.</summary>
    public NodeIdentity? Leader { get; init; }

    /// <summary>Where the log goes on; only in seals.</summary>
    public SealMark? Seal { get; init; }

    /// <summary>The fencing token from this block on; null to leave it as it is.</summary>
    public string? FencingToken { get; init; }
}
