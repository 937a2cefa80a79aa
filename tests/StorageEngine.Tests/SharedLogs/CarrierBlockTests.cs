using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class CarrierBlockTests
{
    private static readonly Gen<CarrierEntry> Entries = Gen.Select(
        Gen.Int[1, 4], Gen.Long[0, 1_000_000], Gen.Long[0, 1L << 40], Gen.Int[1, 200], Gen.String[Gen.Char['a', 'z'], 1, 60],
        static (kind, id, position, length, name) => kind switch
        {
            1 => CarrierEntry.Create(id, name),
            2 => CarrierEntry.Piece(id, position, length),
            3 => CarrierEntry.Part(id, position, length),
            _ => CarrierEntry.Delete(id),
        });

    [Fact]
    public void A_block_is_read_as_it_was_written() => Entries.Array[1, 30].Sample(static entries =>
    {
        var state = SomeShared.Empty with { Tail = 77, NextBlock = 5, LastCrc = 9 };
        var (block, bytes) = Encode(state, entries);

        var read = CarrierDecoder.Decode(SomeShared.Log, SomeShared.Carrier, 77, bytes);

        Assert.Equal(entries, read.Entries);
        Assert.Equal(
            (block.Length, block.Number, block.Nonce, block.WrittenAt, block.PreviousCrc, block.Crc, block.PiecesAt),
            (read.Length, read.Number, read.Nonce, read.WrittenAt, read.PreviousCrc, read.Crc, read.PiecesAt));
        var pieces = read.Bytes.Span[read.PiecesAt..^CarrierFormat.TrailerBytes];
        Assert.Equal(-1, pieces.IndexOfAnyExcept((byte)7));
        Assert.Equal(entries.Where(static entry => entry.HasBytes).Sum(static entry => entry.Length), pieces.Length);
    });

    [Fact]
    public void A_block_with_any_byte_changed_is_refused() =>
        Gen.Select(Entries.Array[1, 5], Gen.Int[0, 100_000], Gen.Byte[1, 255]).Sample(static (entries, at, change) =>
        {
            var (_, bytes) = Encode(SomeShared.Empty, entries);
            bytes[at % bytes.Length] ^= change;

            Assert.Throws<CorruptDataException>(() =>
                CarrierDecoder.Decode(SomeShared.Log, SomeShared.Carrier, 0, bytes));
        });

    [Fact]
    public void A_block_of_another_shared_log_is_refused()
    {
        var (_, bytes) = Encode(SomeShared.Empty, [CarrierEntry.Delete(1)]);

        Assert.Throws<CorruptDataException>(() =>
            CarrierDecoder.Decode(new SharedLogId("g-other"), SomeShared.Carrier, 0, bytes));
    }

    [Fact]
    public void A_seal_is_read_as_it_was_written()
    {
        var state = SomeShared.Of(5, 0, 300) with { NextBlock = 12, LastCrc = 4, CarrierNumber = 3 };
        var index = new CarrierIndex();
        index.Add(0, new Extent(0, 100, 5));
        index.Add(2, new Extent(200, 500, 40));
        index.Add(2, new Extent(240, 700, 60));
        var seal = new CarrierSeal(
            SharedKeys.CarrierName(SomeShared.Log, 4, 9), 3, state.NextId, [.. state.Segments.Values], index);
        var bytes = CarrierEncoder.EncodeSeal(state, nonce: 8, writtenAt: 1, seal).Bytes.ToArray();

        var block = CarrierDecoder.Decode(SomeShared.Log, SomeShared.Carrier, 0, bytes);
        var behind = SharedRules.Behind(SomeShared.Log, block);

        Assert.Equal(state.Segments, behind.Segments);
        Assert.Equal((4, 13L, state.NextId, block.Crc), (
            behind.CarrierNumber, behind.NextBlock, behind.NextId, behind.LastCrc));
        Assert.Equal(seal.Successor, behind.Carrier);
        Assert.Equal([0, 2], block.Seal!.Index.Ids);
        Assert.Equal(
            [(200L, 500L, 40), (240L, 700L, 60)],
            block.Seal.Index.Find(2, 210, 1_000).Select(static one => (one.Position, one.At, one.Length)));
        Assert.Empty(block.Seal.Index.Find(2, 100, 1_000));
    }

    private static (CarrierBlock Block, byte[] Bytes) Encode(SharedState state, CarrierEntry[] entries)
    {
        var (block, bytes) = CarrierEncoder.Encode(
            state,
            nonce: 3,
            writtenAt: 4,
            [.. entries],
            [.. entries.Where(static entry => entry.HasBytes).Select(static entry => SomeShared.Bytes(entry.Length))]);
        return (block, bytes.ToArray());
    }
}
