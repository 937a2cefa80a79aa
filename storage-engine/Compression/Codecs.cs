using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using K4os.Compression.LZ4.Streams;
using Serverless.StorageEngine.Records;
using ZstdSharp;

namespace Serverless.StorageEngine.Compression;

/// <summary>The four codecs of Kafka's record batches. Has no state: one instance serves all threads.</summary>
/// <remarks>
/// A gzip or snappy stream that was cut off may restore to its first part instead of being refused, because their
/// formats and decoders leave that to whoever knows the length; the records' own count and lengths then tell.
/// </remarks>
public sealed class Codecs : ICompression
{
    // Kafka's own writers use blocks of this size that do not depend on each other; its Java reader takes no others.
    private const int Lz4BlockBytes = 64 * 1024;

    // The default of Kafka's compression.zstd.level, and of the library.
    private const int ZstdLevel = 3;

    private static readonly LZ4EncoderSettings Lz4Encoding = new() { BlockSize = Lz4BlockBytes, ChainBlocks = false };

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax)
    {
        var target = new BoundedBytes(lengthMax);
        Decompress(type, compressed, lengthMax, target);
        return target.Written;
    }

    /// <inheritdoc/>
    public void Decompress(
        CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax, IBufferWriter<byte> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthMax);
        if (compressed.IsEmpty)
        {
            throw new InvalidDataException("There are no compressed bytes.");
        }

        try
        {
            switch (type)
            {
                case CompressionType.Gzip:
                    Read(new GZipStream(Open(compressed), CompressionMode.Decompress));
                    break;
                case CompressionType.Snappy:
                    SnappyBlocks.Decompress(compressed.Span, lengthMax, target);
                    break;
                case CompressionType.Lz4:
                    Read(LZ4Stream.Decode(Open(compressed)));
                    break;
                case CompressionType.Zstd:
                    Read(new DecompressionStream(Open(compressed)));
                    break;
                default:
                    throw new InvalidDataException($"The compression type {(int)type} is not known.");
            }
        }
        catch (Exception e) when (SaysMalformed(e))
        {
            throw new InvalidDataException($"The bytes are not valid as {type}: {e.Message}", e);
        }

        void Read(Stream restored)
        {
            using (restored)
            {
                BoundedRead.ToEnd(restored, compressed.Length, lengthMax, target);
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records)
    {
        var target = new BoundedBytes(Array.MaxLength);
        Compress(type, records, target);
        return target.Written;
    }

    /// <inheritdoc/>
    public void Compress(CompressionType type, ReadOnlySpan<byte> records, IBufferWriter<byte> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        switch (type)
        {
            case CompressionType.Gzip:
                Write(records, new GZipStream(new BufferStream(target), CompressionLevel.Optimal));
                break;
            case CompressionType.Snappy:
                SnappyBlocks.Compress(records, target);
                break;
            case CompressionType.Lz4:
                Write(records, LZ4Stream.Encode(new BufferStream(target), Lz4Encoding));
                break;
            case CompressionType.Zstd:
                using (var compressor = new Compressor(ZstdLevel))
                {
                    var room = target.GetSpan(Compressor.GetCompressBound(records.Length));
                    target.Advance(compressor.Wrap(records, room));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "No codec has this number.");
        }
    }

    // The LZ4 package reports a broken block by whatever its innards run into, and a feature it lacks by the last of
    // these.
    private static bool SaysMalformed(Exception e) =>
        e is ZstdException
            or EndOfStreamException
            or ArgumentException
            or InvalidOperationException
            or NotImplementedException;

    private static MemoryStream Open(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);

    private static void Write(ReadOnlySpan<byte> bytes, Stream encoder)
    {
        using (encoder)
        {
            encoder.Write(bytes);
        }
    }
}
