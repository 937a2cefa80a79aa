using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The whole blocks of one log at the begin of a stretch of a segment.</summary>
/// <param name="Blocks">In their order; may be none.</param>
/// <param name="Length">How many bytes they take.</param>
/// <param name="Needed">How many bytes the block behind them needs, as far as its header is there; else those of a
/// header.</param>
internal sealed record BlockRun(ImmutableArray<LogBlock> Blocks, int Length, int Needed)
{
    /// <summary>How many bytes the whole blocks at the begin of a stretch take; only their lengths are looked at.</summary>
    /// <param name="segment">The segment, for the message of an error.</param>
    /// <param name="position">Where the stretch begins, which is where a block begins.</param>
    /// <param name="bytes">The stretch.</param>
    /// <exception cref="CorruptDataException">Something in it is not the beginning of a block.</exception>
    public static int LengthOf(SegmentName segment, long position, ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (bytes.Length - length >= BlockFormat.HeaderBytes)
        {
            var next = length + BlockDecoder.ReadLength(segment, position + length, bytes[length..]);
            if (next > bytes.Length)
            {
                break;
            }

            length = next;
        }

        return length;
    }

    /// <summary>Cuts a stretch into blocks.</summary>
    /// <param name="log">The log that they must belong to.</param>
    /// <param name="segment">The segment, for the message of an error.</param>
    /// <param name="position">Where the stretch begins, which is where a block begins.</param>
    /// <param name="bytes">The stretch; the blocks keep it, unless they are copied.</param>
    /// <param name="copies">Whether each block gets memory of its own.</param>
    /// <exception cref="CorruptDataException">A check failed.</exception>
    public static BlockRun Cut(LogId log, SegmentName segment, long position, Memory<byte> bytes, bool copies)
    {
        var blocks = ImmutableArray.CreateBuilder<LogBlock>();
        var (length, needed) = (0, BlockFormat.HeaderBytes);
        while (bytes.Length - length >= BlockFormat.HeaderBytes)
        {
            var rest = bytes[length..];
            needed = BlockDecoder.ReadLength(segment, position + length, rest.Span);
            if (needed > rest.Length)
            {
                break;
            }

            var own = rest[..needed];
            var block = BlockDecoder.Decode(segment, position + length, copies ? own.ToArray() : own);
            if (block.Header.Log != log)
            {
                throw new CorruptDataException(
                    $"Segment {segment}, position {block.Position}: expected log {log}, found {block.Header.Log}.");
            }

            blocks.Add(block);
            length += needed;
        }

        return new BlockRun(blocks.DrainToImmutable(), length, needed);
    }
}
