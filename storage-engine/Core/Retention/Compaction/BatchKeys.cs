using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Reads batches whole or not at all: one that ends in nonsense has no keys, and so outdates nothing.</summary>
/// <param name="compression">The codecs.</param>
internal sealed class BatchKeys(ICompression compression)
{
    /// <summary>How many batches could not be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Finds the records of a batch.</summary>
    /// <returns>False when not all of them can be read.</returns>
    public bool TryRead(RecordBatch batch, out RecordEnumerator records)
    {
        try
        {
            // To parse all of them twice costs little beside the hash of a key.
            records = RecordBatchReader.Enumerate(batch, compression);
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
            return false;
        }
    }
}
