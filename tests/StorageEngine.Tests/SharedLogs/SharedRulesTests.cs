using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class SharedRulesTests
{
    [Fact]
    public void A_segment_grows_by_its_pieces_until_it_is_deleted()
    {
        var state = SomeShared.Empty;
        state = SharedRules.Apply(state, SomeShared.Block(
            state, CarrierEntry.Create(0, SomeShared.Name(0).Value), CarrierEntry.Piece(0, 0, 10)));
        state = SharedRules.Apply(state, SomeShared.Block(
            state, CarrierEntry.Piece(0, 10, 5), CarrierEntry.Piece(0, 15, 1)));

        Assert.Equal(16, state.Find(SomeShared.Name(0))!.Length);
        Assert.Equal((2L, 2, 1L), (state.NextBlock, state.CarrierBlocks, state.NextId));

        state = SharedRules.Apply(state, SomeShared.Block(state, CarrierEntry.Delete(0)));

        Assert.Null(state.Find(SomeShared.Name(0)));
    }

    [Fact]
    public void A_part_counts_when_the_rest_comes_right_behind_it()
    {
        var state = SomeShared.Of(3);
        state = SharedRules.Apply(state, SomeShared.Block(state, CarrierEntry.Part(0, 3, 20)));
        Assert.Equal(3, state.Find(SomeShared.Name(0))!.Length);

        state = SharedRules.Apply(state, SomeShared.Block(state, CarrierEntry.Piece(0, 23, 7)));

        Assert.Equal(30, state.Find(SomeShared.Name(0))!.Length);
        Assert.Null(state.Part);
    }

    [Fact]
    public void A_part_that_another_block_follows_is_as_if_it_were_not_there()
    {
        var state = SomeShared.Of(3, 0);
        state = SharedRules.Apply(state, SomeShared.Block(state, CarrierEntry.Part(0, 3, 20)));
        state = SharedRules.Apply(state, SomeShared.Block(state, CarrierEntry.Piece(1, 0, 4), CarrierEntry.Piece(0, 3, 20)));

        Assert.Equal(23, state.Find(SomeShared.Name(0))!.Length);
        Assert.Throws<CorruptDataException>(() => SharedRules.Apply(
            SharedRules.Apply(SomeShared.Of(3, 0), SomeShared.Block(SomeShared.Of(3, 0), CarrierEntry.Piece(1, 0, 4))),
            SomeShared.Block(state, CarrierEntry.Piece(0, 23, 7))));
    }

    [Fact]
    public void An_entry_that_nobody_can_have_written_is_damage()
    {
        var state = SomeShared.Of(3);

        Assert.All(
            new[]
            {
                CarrierEntry.Piece(0, 2, 1),
                CarrierEntry.Piece(0, 4, 1),
                CarrierEntry.Part(0, 4, 1),
                CarrierEntry.Piece(7, 0, 1),
                CarrierEntry.Delete(7),
                CarrierEntry.Create(0, "new"),
                CarrierEntry.Create(1, SomeShared.Name(0).Value),
            },
            entry => Assert.Throws<CorruptDataException>(() => SharedRules.With(state, entry)));
    }

    [Fact]
    public void A_block_that_does_not_continue_the_chain_is_damage()
    {
        var state = SomeShared.Of(3) with { Tail = 50, NextBlock = 4, LastCrc = 8 };
        var block = SomeShared.Block(state, CarrierEntry.Piece(0, 3, 1));

        Assert.Throws<CorruptDataException>(() => SharedRules.Apply(state with { Tail = 51 }, block));
        Assert.Throws<CorruptDataException>(() => SharedRules.Apply(state with { NextBlock = 5 }, block));
        Assert.Throws<CorruptDataException>(() => SharedRules.Apply(state with { LastCrc = 9 }, block));
    }

    [Theory]
    [InlineData(99, 9, false)]
    [InlineData(100, 9, true)]
    [InlineData(99, 10, true)]
    public void A_carrier_is_sealed_by_its_bytes_or_its_blocks(long tail, int blocks, bool expected)
    {
        var tuning = new SharedTuning { CarrierBytes = 100, CarrierBlocks = 10 };
        var state = SomeShared.Of(3) with { Tail = tail, CarrierBlocks = blocks };

        Assert.Equal(expected, SharedRules.ShouldRoll(state, tuning));
        Assert.False(SharedRules.ShouldRoll(state with { Part = CarrierEntry.Part(0, 3, 1) }, tuning));
    }
}
