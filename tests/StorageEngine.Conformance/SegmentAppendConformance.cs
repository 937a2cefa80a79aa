using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Appends: stored whole at the stated position, or not at all.</summary>
public abstract class SegmentAppendConformance : SegmentStoreConformance
{
    [Fact]
    public async Task A_block_is_stored_at_the_end_and_can_be_read_at_once()
    {
        var segment = await NewSegmentAsync();

        var outcome = await AppendAsync(segment, 0, [1, 2, 3]);

        Assert.Equal(SegmentAppend.Appended, outcome);
        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
        Assert.Equal(3, await Store.GetLengthAsync(segment, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(1_000_000)]
    public async Task An_append_at_any_other_position_is_refused_and_stores_nothing(long position)
    {
        var segment = await NewSegmentAsync([1, 2, 3]);

        var outcome = await AppendAsync(segment, position, [9, 9]);

        Assert.Equal(SegmentAppend.PositionTaken, outcome);
        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
        Assert.Equal(3, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task An_empty_segment_refuses_a_position_beyond_its_start()
    {
        var segment = await NewSegmentAsync();

        Assert.Equal(SegmentAppend.PositionTaken, await AppendAsync(segment, 1, [1]));
        Assert.Equal(0, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task After_a_refused_append_the_right_position_still_takes_a_block()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);
        Assert.Equal(SegmentAppend.PositionTaken, await AppendAsync(segment, 1, [9]));

        Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 3, [4]));

        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task The_same_block_sent_twice_to_one_position_is_stored_once()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);

        Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 3, [4, 5]));
        Assert.Equal(SegmentAppend.PositionTaken, await AppendAsync(segment, 3, [4, 5]));

        Assert.Equal([1, 2, 3, 4, 5], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task A_missing_segment_is_gone_and_is_not_created_by_an_append()
    {
        var segment = NewName();

        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 0, [1]));

        Assert.Null(await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task A_deleted_segment_is_gone_at_any_position()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);
        await Store.DeleteAsync(segment, Token);

        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 3, [1]));
        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 0, [1]));
    }

    [Fact]
    public async Task A_block_in_several_pieces_is_stored_as_one()
    {
        var segment = await NewSegmentAsync([7]);
        var block = Pieces([1, 2], [3], [], [4, 5, 6]);

        Assert.Equal(SegmentAppend.Appended, await Store.AppendAsync(segment, 1, block, Token));

        Assert.Equal([7, 1, 2, 3, 4, 5, 6], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task A_large_block_in_several_pieces_is_stored_as_one()
    {
        var segment = await NewSegmentAsync();
        var pieces = new[] { Bytes(700_000, 1), Bytes(1, 2), Bytes(300_000, 3) };

        Assert.Equal(SegmentAppend.Appended, await Store.AppendAsync(segment, 0, Pieces(pieces), Token));

        Assert.Equal(pieces.SelectMany(static piece => piece), await ReadAsync(segment, 0, 1_100_000));
    }

    [Fact]
    public async Task The_largest_block_is_stored_and_one_byte_more_is_a_bug_of_the_caller()
    {
        var segment = await NewSegmentAsync();
        var largest = Bytes(SegmentLimits.BlockBytesMax, 1);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => AppendAsync(segment, 0, new byte[largest.Length + 1]));
        Assert.Equal(0, await Store.GetLengthAsync(segment, Token));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 0, largest));

        Assert.Equal(largest, await ReadAsync(segment, 0, largest.Length));
    }

    [Fact]
    public async Task An_empty_block_a_negative_position_and_a_bad_name_are_bugs_of_the_caller()
    {
        var segment = await NewSegmentAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => AppendAsync(segment, 0, []));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AppendAsync(segment, -1, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AppendAsync(new SegmentName(""), 0, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AppendAsync(new SegmentName("Upper|Case"), 0, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => AppendAsync(new SegmentName(new string('a', SegmentLimits.NameLengthMax + 1)), 0, [1]));
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_appends_nothing()
    {
        var segment = await NewSegmentAsync([1]);
        var block = new ReadOnlySequence<byte>([2]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.AppendAsync(segment, 1, block, new CancellationToken(canceled: true)));

        Assert.Equal([1], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task Of_eight_appenders_at_one_position_exactly_one_wins()
    {
        const int Rounds = 12;
        var segment = await NewSegmentAsync();
        var expected = new List<byte>();

        for (var round = 0; round < Rounds; round++)
        {
            var position = expected.Count;
            var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(
                racer => Task.Run(() => AppendAsync(segment, position, [(byte)racer, (byte)racer]), Token)));

            var winner = Array.IndexOf(outcomes, SegmentAppend.Appended) + 1;
            Assert.Single(outcomes, SegmentAppend.Appended);
            Assert.Equal(7, outcomes.Count(static outcome => outcome == SegmentAppend.PositionTaken));
            expected.AddRange([(byte)winner, (byte)winner]);
        }

        Assert.Equal(expected, await ReadAsync(segment, 0, 1_000));
    }

    [Fact]
    public async Task Appends_to_different_segments_do_not_disturb_each_other()
    {
        const int Blocks = 10;
        var segments = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => NewSegmentAsync()));

        await Task.WhenAll(segments.Select((segment, index) => Task.Run(
            async () =>
            {
                for (var block = 0; block < Blocks; block++)
                {
                    var bytes = Bytes(100, (index * 100) + block);
                    Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, block * 100, bytes));
                }
            },
            Token)));

        for (var index = 0; index < segments.Length; index++)
        {
            var expected = Enumerable.Range(0, Blocks).SelectMany(block => Bytes(100, (index * 100) + block));
            Assert.Equal(expected, await ReadAsync(segments[index], 0, 10_000));
        }
    }

    private static ReadOnlySequence<byte> Pieces(params byte[][] pieces)
    {
        var first = new Piece(pieces[0], runningIndex: 0);
        var last = first;
        foreach (var bytes in pieces.Skip(1))
        {
            last = last.Append(bytes);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long runningIndex)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
        }

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
