namespace Serverless.StorageEngine.Records;

/// <summary>The port to the compression codecs; Core itself refers to no package.</summary>
public interface ICompression
{
    /// <summary>Restores the records of a compressed batch.</summary>
    /// <param name="type">Any type but <see cref="CompressionType.None"/>.</param>
    /// <param name="compressed">The bytes behind the batch header.</param>
    /// <param name="lengthMax">
    /// The most bytes the result may have; protects against a small body that grows without bound.
    /// </param>
    /// <returns>The records' bytes, owned by the caller.</returns>
    /// <exception cref="InvalidDataException">
    /// The bytes are not of this type, or the result would be longer.
    /// </exception>
    ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax);

    /// <summary>Compresses the records of a batch.</summary>
    /// <param name="type">Any type but <see cref="CompressionType.None"/>.</param>
    /// <param name="records">The bytes behind the batch header, at least one.</param>
    /// <returns>The compressed bytes, owned by the caller.</returns>
    ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records);
}
