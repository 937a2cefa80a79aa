using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>Takes the bytes of a segment apart, block by block.</summary>
internal static class SegmentBytes
{
    private const uint Magic = 0x534C_4231;
    private const int HeaderBytes = 112;
    private const int EntryBytes = 80;
    private const int TrailerBytes = 4;

    /// <summary>All blocks up to the first place that is none, and what is wrong.</summary>
    public static StoredSegment Parse(string name, ReadOnlyMemory<byte> bytes, ICompression compression)
    {
        var blocks = ImmutableArray.CreateBuilder<StoredBlock>();
        var faults = ImmutableArray.CreateBuilder<string>();
        for (var position = 0; position < bytes.Length;)
        {
            if (LengthOf(bytes.Span[position..]) is not { } length)
            {
                faults.Add($"no whole block begins at {position} of {bytes.Length}");
                break;
            }

            var block = bytes.Slice(position, length);
            if (FaultOf(block.Span) is { } fault)
            {
                faults.Add($"block at {position}: {fault}");
                break;
            }

            blocks.Add(ParseBlock(name, position, block, compression, faults));
            if (!SectionsParse(blocks[^1]))
            {
                faults.Add($"block at {position}: a section does not parse");
                blocks.RemoveAt(blocks.Count - 1);
                break;
            }

            position += length;
        }

        return new StoredSegment(name, bytes.Length, blocks.ToImmutable(), faults.ToImmutable());
    }

    private static int? LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes + TrailerBytes || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        return length < HeaderBytes + TrailerBytes || length > bytes.Length ? null : length;
    }

    private static string? FaultOf(ReadOnlySpan<byte> block)
    {
        var entries = BinaryPrimitives.ReadInt32BigEndian(block[12..]);
        var body = BinaryPrimitives.ReadInt32BigEndian(block[16..]);
        var stated = BinaryPrimitives.ReadUInt32BigEndian(block[^TrailerBytes..]);
        var computed = Checksum.Of(block[..^TrailerBytes]);
        return block[4] != 1 ? $"version {block[4]}"
            : block[5] is < 1 or > 5 ? $"kind {block[5]}"
            : stated != computed ? $"CRC {stated:x8} over bytes whose CRC is {computed:x8}"
            : entries < 0 || body < 0 || HeaderBytes + ((long)entries * EntryBytes) + body > block.Length - TrailerBytes
                ? $"{entries} entries and a body of {body} bytes do not fit into {block.Length}"
            : null;
    }

    private static StoredBlock ParseBlock(
        string segment,
        int position,
        ReadOnlyMemory<byte> bytes,
        ICompression compression,
        ImmutableArray<string>.Builder faults)
    {
        var span = bytes.Span;
        var directoryEnd = HeaderBytes + (BinaryPrimitives.ReadInt32BigEndian(span[12..]) * EntryBytes);
        var bodyEnd = directoryEnd + BinaryPrimitives.ReadInt32BigEndian(span[16..]);
        var sections = StoredSection.Split(bytes[directoryEnd..bodyEnd]);
        if (sections is null)
        {
            faults.Add($"block at {position}: the body does not parse");
        }

        var batches = ImmutableArray.CreateBuilder<StoredBatch>();
        var isCopied = span[5] == (byte)StoredBlockKind.Copied;
        var from = bodyEnd;
        for (var entry = HeaderBytes; entry < directoryEnd; entry += EntryBytes)
        {
            var batch = BatchBytes.Parse(
                bytes, span.Slice(entry, EntryBytes), compression, isCopied, ref from, out var fault);
            if (batch is null)
            {
                faults.Add($"block at {position}, batch {batches.Count}: {fault}");
                break;
            }

            batches.Add(batch);
        }

        if (from != span.Length - TrailerBytes && faults.Count == 0)
        {
            faults.Add($"block at {position}: {span.Length - TrailerBytes - from} bytes belong to no batch");
        }

        return new StoredBlock(
            segment,
            position,
            span.Length,
            (StoredBlockKind)span[5],
            BinaryPrimitives.ReadInt32BigEndian(span[20..]),
            BinaryPrimitives.ReadUInt128BigEndian(span[24..]),
            BinaryPrimitives.ReadUInt128BigEndian(span[40..]),
            BinaryPrimitives.ReadUInt128BigEndian(span[56..]),
            BinaryPrimitives.ReadInt64BigEndian(span[72..]),
            BinaryPrimitives.ReadInt64BigEndian(span[80..]),
            BinaryPrimitives.ReadInt64BigEndian(span[88..]),
            BinaryPrimitives.ReadUInt128BigEndian(span[96..]),
            NextChainHash(span, directoryEnd),
            batches.ToImmutable(),
            sections ?? ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>>.Empty);
    }

    private static bool SectionsParse(StoredBlock block)
    {
        try
        {
            _ = (block.State, block.Leader, block.Successor, block.Memory, block.FencingToken, block.Summary);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static UInt128 NextChainHash(ReadOnlySpan<byte> block, int directoryEnd)
    {
        // Header and directory, then the CRC, as one piece of memory for one call.
        Span<byte> covered = directoryEnd <= 1024
            ? stackalloc byte[directoryEnd + TrailerBytes]
            : new byte[directoryEnd + TrailerBytes];
        block[..directoryEnd].CopyTo(covered);
        block[^TrailerBytes..].CopyTo(covered[directoryEnd..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(covered, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
