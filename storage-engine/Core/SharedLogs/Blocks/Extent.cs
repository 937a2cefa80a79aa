namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Bytes of one segment that lie side by side in a carrier.</summary>
/// <param name="position">Where in the segment they begin.</param>
/// <param name="at">Where in the carrier they begin.</param>
/// <param name="length">How many.</param>
internal sealed class Extent(long position, long at, int length)
{
    /// <summary>Where in the segment they begin.</summary>
    public long Position => position;

    /// <summary>Where in the carrier they begin.</summary>
    public long At => at;

    /// <summary>How many.</summary>
    public int Length => length;

    /// <summary>Where in the segment they end.</summary>
    public long End => position + length;

    /// <summary>The bytes, as long as they are in memory; empty else. Set and cleared while others read.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            lock (this)
            {
                return field;
            }
        }

        set
        {
            lock (this)
            {
                field = value;
            }
        }
    }
}
