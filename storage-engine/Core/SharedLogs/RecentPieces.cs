using Serverless.StorageEngine.SharedLogs.Blocks;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// What this node read of other nodes' pieces a moment ago, for the readers of many partitions who come for theirs: one
/// read of the tail then serves them all. The oldest go first. One for all shared logs of a node.
/// </summary>
/// <param name="bytesMax">The most bytes of blocks that are kept.</param>
internal sealed class RecentPieces(long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly Queue<RecentBlock> _blocks = [];
    private long _bytes;

    /// <summary>Keeps a block with pieces.</summary>
    public void Add(RecentBlock block)
    {
        lock (_lock)
        {
            _blocks.Enqueue(block);
            _bytes += block.Length;
            while (_bytes > bytesMax && _blocks.TryDequeue(out var oldest))
            {
                _bytes -= oldest.Length;
                oldest.Drop();
            }
        }
    }
}
