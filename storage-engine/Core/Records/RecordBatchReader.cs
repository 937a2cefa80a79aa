using System.Buffers;

namespace Serverless.StorageEngine.Records;

/// <summary>Reads the records of a batch.</summary>
public static class RecordBatchReader
{
    /// <summary>
    /// The most bytes that the records of one compressed batch may restore to: eight times the largest batch. Whoever
    /// looks into a batch holds all of them, so this bounds what a few kilobytes from a client can cost.
    /// </summary>
    public const int DecompressedBytesMax = 32 * 1024 * 1024;

    // Text compresses about eight times, and while the bytes grow half of them are there twice.
    private const int GrowthExpected = 12;

    /// <summary>
    /// About how many bytes the records of <paramref name="batch"/> restore to, known before they do; 0 where nothing is
    /// compressed. A guess: whoever counts corrects it afterwards.
    /// </summary>
    public static long RestoredBytesExpected(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Compression == CompressionType.None
            ? 0
            : Math.Min((long)GrowthExpected * batch.Length, DecompressedBytesMax);
    }

    /// <summary>Which record of a batch is the first without a key.</summary>
    /// <param name="batch">Any batch; one that was built or checked here knows without being read again.</param>
    /// <param name="compression">The codecs.</param>
    /// <returns>From 0; -1 when each record has a key.</returns>
    /// <exception cref="InvalidDataException">The records do not parse: the producer compressed something
    /// else.</exception>
    public static int FindKeyless(RecordBatch batch, ICompression compression)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.FirstKeyless ??= SearchKeyless(Enumerate(batch, compression));
    }

    /// <summary>All records of <paramref name="batch"/> in order, decompressed where needed.</summary>
    /// <param name="batch">A batch as fetched.</param>
    /// <param name="compression">The codecs.</param>
    /// <exception cref="InvalidDataException">
    /// The records do not parse: the producer compressed something else.
    /// </exception>
    public static IReadOnlyList<Record> ReadRecords(RecordBatch batch, ICompression compression)
    {
        var enumerator = Enumerate(batch, compression);
        var records = new Record[batch.RecordCount];
        var index = 0;
        foreach (var record in enumerator)
        {
            records[index++] = record.ToRecord();
        }

        return records;
    }

    /// <summary>
    /// The records of <paramref name="batch"/> one after the other: decompressed at once where needed, parsed on the
    /// way.
    /// </summary>
    /// <param name="batch">A batch as fetched.</param>
    /// <param name="compression">The codecs.</param>
    /// <exception cref="InvalidDataException">
    /// The batch does not decompress, or holds fewer bytes than its count needs.
    /// </exception>
    public static RecordEnumerator Enumerate(RecordBatch batch, ICompression compression)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(compression);
        var records = batch.Compression == CompressionType.None
            ? batch.Payload
            : compression.Decompress(batch.Compression, batch.Payload, DecompressedBytesMax);
        return new RecordEnumerator(batch, records);
    }

    /// <summary>The same records, restored into memory that is used again.</summary>
    /// <param name="batch">A batch as fetched.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="target">Empty; holds the records, unless they are not compressed.</param>
    /// <exception cref="InvalidDataException">As above.</exception>
    internal static RecordEnumerator Enumerate(
        RecordBatch batch, ICompression compression, ArrayBufferWriter<byte> target) =>
        new(batch, Restore(batch, compression, DecompressedBytesMax, target));

    /// <summary>The bytes of a batch's records, in memory that is used again.</summary>
    /// <param name="batch">A batch as fetched.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="lengthMax">The most bytes that they may have when they are compressed.</param>
    /// <param name="target">Empty; holds the records, unless they are not compressed.</param>
    /// <exception cref="InvalidDataException">The batch does not decompress, or to more.</exception>
    internal static ReadOnlyMemory<byte> Restore(
        RecordBatch batch, ICompression compression, int lengthMax, ArrayBufferWriter<byte> target)
    {
        if (batch.Compression == CompressionType.None)
        {
            return batch.Payload;
        }

        compression.Decompress(batch.Compression, batch.Payload, lengthMax, target);
        return target.WrittenMemory;
    }

    // Goes through all of them: what ends in nonsense is refused wherever that is.
    private static int SearchKeyless(RecordEnumerator records)
    {
        var (index, found) = (0, -1);
        foreach (var record in records)
        {
            found = found < 0 && record.Key is null ? index : found;
            index++;
        }

        return found;
    }
}
