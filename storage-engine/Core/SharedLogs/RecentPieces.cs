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
    private readonly Queue<(int Bytes, Extent[] Extents)> _blocks = [];
    private long _bytes;

    /// <summary>Keeps the pieces of a block, whose extents hold slices of it.</summary>
    /// <param name="bytes">The block's bytes.</param>
    /// <param name="extents">Its pieces.</param>
    public void Add(int bytes, Extent[] extents)
    {
        lock (_lock)
        {
            _blocks.Enqueue((bytes, extents));
            _bytes += bytes;
            while (_bytes > bytesMax && _blocks.TryDequeue(out var oldest))
            {
                _bytes -= oldest.Bytes;
                foreach (var extent in oldest.Extents)
                {
                    extent.Bytes = ReadOnlyMemory<byte>.Empty;
                }
            }
        }
    }
}
