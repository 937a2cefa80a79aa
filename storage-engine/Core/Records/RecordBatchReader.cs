namespace Serverless.StorageEngine.Records;

/// <summary>Reads the records of a batch.</summary>
public static class RecordBatchReader
{
    /// <summary>The most bytes that the records of one compressed batch may restore to.</summary>
    public const int DecompressedBytesMax = 128 * 1024 * 1024;

    /// <summary>All records of <paramref name="batch"/> in order, decompressed where needed.</summary>
    /// <param name="batch">A batch as fetched.</param>
    /// <param name="compression">The codecs.</param>
    /// <exception cref="InvalidDataException">The records do not parse: the producer compressed something else.</exception>
    public static IReadOnlyList<Record> ReadRecords(RecordBatch batch, ICompression compression) =>
        throw new InvalidOperationException("pending");
}
