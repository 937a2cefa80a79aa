using CsCheck;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Reads: any range, as far as it is stored, and nothing at the end.</summary>
public abstract class SegmentReadConformance : SegmentStoreConformance
{
    /// <summary>Random segments to try; each costs some dozens of operations.</summary>
    protected virtual int Samples => 30;

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public async Task At_and_beyond_the_end_there_is_nothing_yet(long position)
    {
        var segment = await NewSegmentAsync([1, 2, 3], [4, 5, 6]);

        var read = await Store.ReadAsync(segment, position, new byte[10], Token);

        Assert.Equal(new SegmentRead(Exists: true, Count: 0), read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task An_empty_segment_exists_and_holds_nothing(long position)
    {
        var segment = await NewSegmentAsync();

        var read = await Store.ReadAsync(segment, position, new byte[10], Token);

        Assert.Equal(new SegmentRead(Exists: true, Count: 0), read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_missing_segment_is_gone(long position)
    {
        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(NewName(), position, new byte[10], Token));
    }

    [Fact]
    public async Task A_deleted_segment_is_gone()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);
        await Store.DeleteAsync(segment, Token);

        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(segment, 0, new byte[10], Token));
        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(segment, 3, new byte[10], Token));
    }

    [Theory]
    [InlineData(0, 1, new byte[] { 1 })]
    [InlineData(0, 3, new byte[] { 1, 2, 3 })]
    [InlineData(0, 6, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, 2, new byte[] { 3, 4 })]
    [InlineData(3, 1, new byte[] { 4 })]
    [InlineData(5, 1, new byte[] { 6 })]
    [InlineData(4, 100, new byte[] { 5, 6 })]
    public async Task A_range_is_read_across_blocks_and_clamped_at_the_end(long position, int room, byte[] expected)
    {
        var segment = await NewSegmentAsync([1, 2, 3], [4, 5, 6]);

        Assert.Equal(expected, await ReadAsync(segment, position, room));
    }

    [Fact]
    public async Task A_range_is_filled_completely_across_many_blocks()
    {
        var blocks = Enumerable.Range(1, 120).Select(static size => Bytes(size * 7, size)).ToArray();
        var all = blocks.SelectMany(static block => block).ToArray();
        var segment = await NewSegmentAsync(blocks);

        Assert.Equal(all, await ReadAsync(segment, 0, all.Length));
        Assert.Equal(all[1_234..45_678], await ReadAsync(segment, 1_234, 45_678 - 1_234));
        Assert.Equal(all[40_000..], await ReadAsync(segment, 40_000, 1_000_000));
    }

    [Fact]
    public async Task A_small_range_deep_inside_a_large_block_is_read()
    {
        var block = Bytes(SegmentLimits.BlockBytesMax, 1);
        var segment = await NewSegmentAsync(block);

        Assert.Equal(block[3_000_001..3_000_101], await ReadAsync(segment, 3_000_001, 100));
        Assert.Equal(block[^7..], await ReadAsync(segment, block.Length - 7, 100));
    }

    [Fact]
    public async Task A_destination_inside_a_larger_buffer_is_filled_and_nothing_before_it_changes()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);
        var buffer = new byte[10];

        var read = await Store.ReadAsync(segment, 1, buffer.AsMemory(4, 2), Token);

        Assert.Equal(new SegmentRead(Exists: true, Count: 2), read);
        Assert.Equal([0, 0, 0, 0, 2, 3, 0, 0, 0, 0], buffer);
    }

    [Fact]
    public async Task An_empty_destination_a_negative_position_and_a_bad_name_are_bugs_of_the_caller()
    {
        var segment = await NewSegmentAsync([1]);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => ReadAsync(segment, 0, 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ReadAsync(segment, -1, 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ReadAsync(new SegmentName(""), 0, 1));
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_reads_nothing()
    {
        var segment = await NewSegmentAsync([1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.ReadAsync(segment, 0, new byte[1], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_reader_beside_an_appender_sees_whole_blocks_in_order()
    {
        const int Blocks = 60;
        var segment = await NewSegmentAsync();
        var appender = Task.Run(
            async () =>
            {
                for (var block = 0; block < Blocks; block++)
                {
                    byte[] bytes = [.. Enumerable.Repeat((byte)block, 10)];
                    Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, block * 10, bytes));
                }
            },
            Token);

        var seen = new List<byte>();
        while (seen.Count < Blocks * 10)
        {
            var read = await ReadAsync(segment, seen.Count, 1_000);
            Assert.Equal(0, read.Length % 10);
            seen.AddRange(read);
            Assert.False(appender.IsFaulted, appender.Exception?.ToString());
        }

        await appender;
        Assert.Equal(Enumerable.Range(0, Blocks * 10).Select(static place => (byte)(place / 10)), seen);
    }

    [Fact]
    public Task Any_range_of_any_blocks_reads_like_the_same_range_of_their_bytes() =>
        Gen.Select(Gen.Int[1, 400].Array[1, 12], Gen.Select(Gen.Int[0, 5_000], Gen.Int[1, 5_000]).Array[1, 8])
            .SampleAsync(
                async (sizes, ranges) =>
                {
                    var blocks = sizes.Select(static (size, index) => Bytes(size, index)).ToArray();
                    var all = blocks.SelectMany(static block => block).ToArray();
                    var segment = await NewSegmentAsync(blocks);

                    foreach (var (position, room) in ranges)
                    {
                        Assert.Equal(all.Skip(position).Take(room), await ReadAsync(segment, position, room));
                    }
                },
                iter: Samples);
}
