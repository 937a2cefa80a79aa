using System.Buffers;

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

    /// <summary>The same for who has memory for the records, or uses it again.</summary>
    /// <param name="type">Any type but <see cref="CompressionType.None"/>.</param>
    /// <param name="compressed">The bytes behind the batch header.</param>
    /// <param name="lengthMax">The most bytes the result may have.</param>
    /// <param name="target">Gets the records' bytes; of no use behind an exception.</param>
    /// <exception cref="InvalidDataException">As above.</exception>
    void Decompress(
        CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax, IBufferWriter<byte> target) =>
        target.Write(Decompress(type, compressed, lengthMax).Span);

    /// <summary>Compresses the records of a batch.</summary>
    /// <param name="type">Any type but <see cref="CompressionType.None"/>.</param>
    /// <param name="records">The bytes behind the batch header, at least one.</param>
    /// <returns>The compressed bytes, owned by the caller.</returns>
    ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records);

    /// <summary>The same for who has memory for the bytes, or uses it again.</summary>
    /// <param name="type">Any type but <see cref="CompressionType.None"/>.</param>
    /// <param name="records">The bytes behind the batch header, at least one.</param>
    /// <param name="target">Gets the compressed bytes.</param>
    void Compress(CompressionType type, ReadOnlySpan<byte> records, IBufferWriter<byte> target) =>
        target.Write(Compress(type, records).Span);
}
