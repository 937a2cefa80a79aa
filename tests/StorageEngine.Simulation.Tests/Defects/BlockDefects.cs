using System.Buffers;
using System.Buffers.Binary;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>
/// Blocks as an engine without one of its rules would write them: whole and with a right checksum, but wrong.
/// </summary>
internal static class BlockDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A replaced leader goes on under its old epoch", AnomalyKind.BrokenEpoch, () => Altering(
            static block => BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.EpochAt..]) > 1,
            static block => Add(block, BlockFormat.EpochAt, -1))),
        new("An epoch rises without a barrier", AnomalyKind.BrokenEpoch, () => Altering(
            static block => block[BlockFormat.KindAt] == (byte)BlockKind.Data,
            static block => Add(block, BlockFormat.EpochAt, 1))),
        new("A block has the number of another one", AnomalyKind.BrokenChain, () => Altering(
            Any, static block => Add(block, BlockFormat.BlockNumberAt + 4, -1))),
        new("A block does not know the block before it", AnomalyKind.BrokenChain, () => Altering(
            Any, static block => Add(block, BlockFormat.ChainHashAt, 1))),
        new("A block names another previous position", AnomalyKind.BrokenChain, () => Altering(
            Any, static block => Add(block, BlockFormat.PreviousPositionAt + 4, 1))),
        new("All blocks have one nonce", AnomalyKind.NonceRepeated, () => Always(
            static block => block[BlockFormat.NonceAt..(BlockFormat.NonceAt + 16)].Clear())),
        new("Offsets are given out with a gap", AnomalyKind.OffsetGap, () => Altering(HasBatch, static block =>
        {
            Add(block, BlockFormat.HeaderBytes + 28, 1);
            Add(block, BatchAt(block) + 4, 1);
        })),
        new("The directory states another base offset than the batch", AnomalyKind.DamagedBlock, () => Altering(
            HasBatch, static block => Add(block, BlockFormat.HeaderBytes + 28, 1))),
        new("A checkpoint states another next offset", AnomalyKind.WrongCheckpoint, () => Altering(
            HasState, static block => Add(block, StateAt(block) + 28, 1))),
        new("A checkpoint states another leader", AnomalyKind.WrongCheckpoint, () => Altering(
            HasState, static block => Add(block, StateAt(block) + 48, 1))),
        new("A checkpoint states another index", AnomalyKind.WrongCheckpoint, () => Altering(
            static block => HasState(block) && IndexEntries(block) > 0,
            static block => Add(block, IndexAt(block) + 20, 1))),
        new("A checkpoint states another time of the log", AnomalyKind.WrongCheckpoint, static () => Altering(
            HasState, static block => Add(block, HistoryAt(block) + 4, 1))),
        new("A sequence of a producer is left out", AnomalyKind.BrokenSequence, static () => Altering(
            static block => HasBatch(block) && Sequence(block) > 0,
            static block =>
            {
                Add(block, BlockFormat.HeaderBytes + 44, 1);
                var bytes = block.Slice(BatchAt(block), BatchBytes(block)).ToArray();
                Add(bytes, RecordBatchFields.BaseSequence, 1);
                new RecordBatch(bytes).SealCrc();
                bytes.CopyTo(block[BatchAt(block)..]);
            })),
        new("All requests have one key", AnomalyKind.StoredTwice, static () => Always(static block =>
        {
            if (HasBatch(block) && IsKeyed(block))
            {
                block[(BlockFormat.HeaderBytes + 64)..(BlockFormat.HeaderBytes + 80)].Fill(7);
            }
        })),
        new("A seal leads nowhere", AnomalyKind.BrokenSeal, () => Altering(
            static block => block[BlockFormat.KindAt] == (byte)BlockKind.Seal,
            static block => block[^(BlockFormat.TrailerBytes + 1)] ^= 1)),
    ];

    private static SimulationOptions Altering(Altered isWanted, Alter alter)
    {
        var breaks = Defect.Once(call: 2);
        return Always(block =>
        {
            if (isWanted(block) && breaks())
            {
                alter(block);
            }
        });
    }

    private static SimulationOptions Always(Alter alter) => SimulationOptions.Default with
    {
        DecorateSegments = inner => new BrokenSegments(inner)
        {
            Append = (segment, position, block) =>
            {
                alter(block);
                var content = block.AsSpan()[..^BlockFormat.TrailerBytes];
                BinaryPrimitives.WriteUInt32BigEndian(
                    block.AsSpan()[^BlockFormat.TrailerBytes..], Crc32C.Compute(content));
                return inner.AppendAsync(
                    segment, position, new ReadOnlySequence<byte>(block), CancellationToken.None);
            },
        },
    };

    private static bool Any(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt64BigEndian(block[BlockFormat.BlockNumberAt..]) > 0;

    private static bool HasBatch(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.EntryCountAt..]) > 0;

    private static bool HasState(ReadOnlySpan<byte> block) => block[BlockFormat.KindAt] != (byte)BlockKind.Data;

    // Behind the tag and the length of the first section, which is the state.
    private static int StateAt(ReadOnlySpan<byte> block) => BlockFormat.HeaderBytes
        + (BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.EntryCountAt..]) * BlockFormat.EntryBytes) + 5;

    // Behind the state, and behind the largest timestamp of the segment where it has records (section 6).
    private static int HistoryAt(ReadOnlySpan<byte> block)
    {
        var next = StateAt(block) + BinaryPrimitives.ReadInt32BigEndian(block[(StateAt(block) - 4)..]);
        return next + (block[next] == 6 ? 18 : 5);
    }

    private static int BatchAt(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt32BigEndian(block[(BlockFormat.HeaderBytes + 56)..]);

    private static int BatchBytes(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt32BigEndian(block[(BlockFormat.HeaderBytes + 60)..]);

    private static bool IsKeyed(ReadOnlySpan<byte> block) =>
        block[(BlockFormat.HeaderBytes + 64)..(BlockFormat.HeaderBytes + 80)].ContainsAnyExcept((byte)0);

    // Of the first batch, when it is a producer's; else -1.
    private static int Sequence(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt64BigEndian(block[(BlockFormat.HeaderBytes + 32)..]) < 0
            ? -1
            : BinaryPrimitives.ReadInt32BigEndian(block[(BlockFormat.HeaderBytes + 44)..]);

    // Six numbers, the leader's id, the length of its address, the address; then interval and count.
    private static int IndexAt(ReadOnlySpan<byte> block) => StateAt(block) + 48 + 16 + 4
        + BinaryPrimitives.ReadInt32BigEndian(block[(StateAt(block) + 64)..]);

    private static long IndexEntries(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadInt64BigEndian(block[(IndexAt(block) + 8)..]);

    private static void Add(Span<byte> block, int at, int added) =>
        BinaryPrimitives.WriteInt32BigEndian(block[at..], BinaryPrimitives.ReadInt32BigEndian(block[at..]) + added);

    private delegate bool Altered(ReadOnlySpan<byte> block);

    private delegate void Alter(Span<byte> block);
}
