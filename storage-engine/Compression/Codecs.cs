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
        ArgumentOutOfRangeException.ThrowIfNegative(lengthMax);
        if (compressed.IsEmpty)
        {
            throw new InvalidDataException("There are no compressed bytes.");
        }

        try
        {
            return type switch
            {
                CompressionType.Gzip => Read(new GZipStream(Open(compressed), CompressionMode.Decompress)),
                CompressionType.Snappy => SnappyBlocks.Decompress(compressed.Span, lengthMax),
                CompressionType.Lz4 => Read(LZ4Stream.Decode(Open(compressed))),
                CompressionType.Zstd => Read(new DecompressionStream(Open(compressed))),
                _ => throw new InvalidDataException($"The compression type {(int)type} is not known."),
            };
        }
        catch (Exception e) when (SaysMalformed(e))
        {
            throw new InvalidDataException($"The bytes are not valid as {type}: {e.Message}", e);
        }

        ReadOnlyMemory<byte> Read(Stream restored)
        {
            using (restored)
            {
                return BoundedRead.ToEnd(restored, compressed.Length, lengthMax);
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records)
    {
        switch (type)
        {
            case CompressionType.Gzip:
                return Written(records, static target => new GZipStream(target, CompressionLevel.Optimal, true));
            case CompressionType.Snappy:
                return SnappyBlocks.Compress(records);
            case CompressionType.Lz4:
                return Written(records, static target => LZ4Stream.Encode(target, Lz4Encoding, leaveOpen: true));
            case CompressionType.Zstd:
                using (var compressor = new Compressor(ZstdLevel))
                {
                    var bytes = new byte[Compressor.GetCompressBound(records.Length)];
                    return bytes.AsMemory(0, compressor.Wrap(records, bytes));
                }

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

    private static Memory<byte> Written(ReadOnlySpan<byte> bytes, Func<Stream, Stream> encoder)
    {
        var target = new MemoryStream();
        using (var stream = encoder(target))
        {
            stream.Write(bytes);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }
}
