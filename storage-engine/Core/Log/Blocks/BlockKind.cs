namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>What a block is for. The numbers are persisted. Every kind but <see cref="Seal"/> may carry record
/// batches.</summary>
internal enum BlockKind : byte
{
    /// <summary>Record batches and nothing else.</summary>
    Data = 1,

    /// <summary>Raises the epoch and names the leader; carries the log's state, like a checkpoint.</summary>
    Barrier = 2,

    /// <summary>Carries the log's state as it was before this block, so that a log can be opened from here.</summary>
    Checkpoint = 3,

    /// <summary>The last block of a segment: names the successor, or ends the log when there is none.</summary>
    Seal = 4,

    /// <summary>A block of a copy: of a sealed segment, or several neighbours, written anew as a whole.</summary>
    Copied = 5,
}
