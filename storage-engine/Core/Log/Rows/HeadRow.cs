namespace Serverless.StorageEngine.Log.Rows;

/// <summary>The head row of a log: where to open it from. A hint that may lag behind the log, never lead it.</summary>
/// <param name="Segment">The segment that holds the block to open from.</param>
/// <param name="SegmentBaseOffset">That segment's first offset.</param>
/// <param name="CheckpointPosition">
/// Where the block begins, in bytes; it carries the log's state. -1 in the first row of a log: its first segment may
/// be empty.
/// </param>
/// <param name="LogStartOffset">The first offset that may be read; raised before any byte is deleted.</param>
/// <param name="Deleted">
/// Whether the topic was deleted. The row stays, so that a node with an old view of the catalog cannot start the log
/// anew.
/// </param>
/// <param name="CheckpointBlock">
/// The block's number in the log, which tells segments apart that begin at one offset; -1 where there is no block yet,
/// and in rows of earlier versions.
/// </param>
internal sealed record HeadRow(
    string Segment,
    long SegmentBaseOffset,
    long CheckpointPosition,
    long LogStartOffset,
    bool Deleted,
    long CheckpointBlock = -1)
{
    /// <summary>Whether another row points further on in the log.</summary>
    public bool IsBehind(HeadRow other) =>
        SegmentBaseOffset < other.SegmentBaseOffset
        || (SegmentBaseOffset == other.SegmentBaseOffset && CheckpointBlock < other.CheckpointBlock);
}
