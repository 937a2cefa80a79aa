using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Copies;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Reads batches whole or not at all: one that ends in nonsense has no keys, and so outdates nothing.</summary>
/// <param name="compression">The codecs.</param>
/// <param name="restored">Where the records of a batch are restored to; those of the one before count no more.</param>
internal sealed class BatchKeys(ICompression compression, ReusedBytes restored)
{
    /// <summary>How many batches could not be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>The first offset of the first of them; null when there was none.</summary>
    public long? FirstUnreadable { get; private set; }

    /// <summary>Finds the records of a batch.</summary>
    /// <returns>False when not all of them can be read.</returns>
    public bool TryRead(RecordBatch batch, out RecordEnumerator records)
    {
        try
        {
            // To parse all of them twice costs little beside the hash of a key.
            records = RecordBatchReader.Enumerate(batch, compression, restored.Begin());
            var ahead = records;
            while (ahead.MoveNext())
            {
            }

            return true;
        }
        catch (InvalidDataException)
        {
            records = default;
            Unreadable++;
            FirstUnreadable ??= batch.BaseOffset;
            return false;
        }
    }
}
