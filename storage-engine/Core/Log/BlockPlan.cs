using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>What a writer wants the next block to be.</summary>
/// <param name="Kind">Every kind but data carries the log's state.</param>
/// <param name="Leader">The leader from this block on, which raises the epoch; null to leave both as they are.</param>
/// <param name="Seal">Where the log goes on; only in seals.</param>
internal readonly record struct BlockPlan(BlockKind Kind, NodeIdentity? Leader, SealMark? Seal);
