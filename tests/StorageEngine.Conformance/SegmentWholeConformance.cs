using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Segments written as a whole: there completely from the commit on, and before it for nobody.</summary>
public abstract class SegmentWholeConformance : SegmentStoreConformance
{
    /// <summary>Random segments to try; each costs some dozens of operations.</summary>
    protected virtual int Samples => 30;

    [Fact]
    public async Task Before_the_commit_nobody_sees_a_staged_part()
    {
        var segment = NewName();

        await StageAsync(segment, 0, [1, 2, 3]);

        Assert.Null(await Store.GetLengthAsync(segment, Token));
        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(segment, 0, new byte[10], Token));
        Assert.Empty(await ListAsync(segment.Value));
        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 0, [1]));
        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 3, [1]));
    }

    [Fact]
    public async Task From_the_commit_on_the_parts_are_there_in_the_order_of_their_numbers()
    {
        var segment = NewName();
        await StageAsync(segment, 2, [6]);
        await StageAsync(segment, 0, [1, 2, 3]);
        await StageAsync(segment, 1, [4, 5]);

        Assert.True(await Store.CommitAsync(segment, 3, Token));

        Assert.Equal([1, 2, 3, 4, 5, 6], await ReadAsync(segment, 0, 10));
        Assert.Equal(6, await Store.GetLengthAsync(segment, Token));
        Assert.Equal([segment], await ListAsync(segment.Value));
    }

    [Fact]
    public async Task A_part_staged_again_is_there_once_and_as_it_was_staged_last()
    {
        var segment = NewName();
        await StageAsync(segment, 0, [1, 2, 3]);
        await StageAsync(segment, 1, [9, 9, 9, 9]);
        await StageAsync(segment, 1, [4]);
        await StageAsync(segment, 0, [1, 2, 3]);

        Assert.True(await Store.CommitAsync(segment, 2, Token));

        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
        Assert.Equal(4, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task A_second_commit_says_that_the_segment_exists_and_changes_nothing()
    {
        var segment = await NewWholeAsync([1, 2, 3], [4]);

        Assert.False(await Store.CommitAsync(segment, 2, Token));
        Assert.False(await Store.CommitAsync(segment, 1, Token));
        Assert.False(await Store.CommitAsync(segment, 3, Token));

        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task A_commit_over_a_segment_that_grows_says_that_it_exists_and_changes_nothing()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);

        Assert.False(await Store.CommitAsync(segment, 1, Token));

        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 3, [4]));
    }

    [Fact]
    public async Task Of_eight_commits_exactly_one_makes_the_segment()
    {
        var segment = NewName();
        await StageAsync(segment, 0, [1, 2, 3]);
        await StageAsync(segment, 1, [4]);

        var committed = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => Store.CommitAsync(segment, 2, Token).AsTask(), Token)));

        Assert.Single(committed, true);
        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task A_part_that_comes_after_the_commit_changes_nothing()
    {
        var segment = await NewWholeAsync([1, 2, 3], [4]);

        await StageAsync(segment, 0, [9]);
        await StageAsync(segment, 2, [9]);

        Assert.False(await Store.CommitAsync(segment, 3, Token));
        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
        Assert.Equal(4, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task Parts_behind_the_committed_count_are_not_in_the_segment()
    {
        var segment = NewName();
        await StageAsync(segment, 0, [1]);
        await StageAsync(segment, 1, [2]);
        await StageAsync(segment, 2, [3]);

        Assert.True(await Store.CommitAsync(segment, 2, Token));

        Assert.Equal([1, 2], await ReadAsync(segment, 0, 10));
        Assert.Equal(2, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task A_commit_of_a_part_that_was_never_staged_is_refused_and_makes_nothing()
    {
        var segment = NewName();
        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 1));
        await StageAsync(segment, 0, [1]);
        await StageAsync(segment, 2, [3]);
        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 3));
        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 2));

        Assert.Null(await Store.GetLengthAsync(segment, Token));
        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(segment, 0, new byte[10], Token));
        await StageAsync(segment, 1, [2]);
        Assert.True(await CommitAsync(segment, 3));
        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task It_takes_no_append_at_any_position(long position)
    {
        var segment = await NewWholeAsync([1, 2, 3], [4]);

        Assert.Equal(SegmentAppend.Full, await AppendAsync(segment, position, [9]));

        Assert.Equal([1, 2, 3, 4], await ReadAsync(segment, 0, 10));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(1_000_000)]
    public async Task At_and_beyond_its_end_there_is_nothing(long position)
    {
        var segment = await NewWholeAsync([1, 2, 3], [4]);

        var read = await Store.ReadAsync(segment, position, new byte[10], Token);

        Assert.Equal(new SegmentRead(Exists: true, Count: 0), read);
    }

    [Theory]
    [InlineData(0, 3, new byte[] { 1, 2, 3 })]
    [InlineData(2, 2, new byte[] { 3, 4 })]
    [InlineData(2, 3, new byte[] { 3, 4, 5 })]
    [InlineData(3, 1, new byte[] { 4 })]
    [InlineData(4, 100, new byte[] { 5, 6 })]
    public async Task A_range_is_read_across_parts(long position, int room, byte[] expected)
    {
        var segment = await NewWholeAsync([1, 2, 3], [4], [5, 6]);

        Assert.Equal(expected, await ReadAsync(segment, position, room));
    }

    [Fact]
    public async Task Sixty_four_parts_of_odd_sizes_are_one_content()
    {
        var parts = Enumerable.Range(0, 64).Select(static number => Bytes(1 + (number * number * 7), number)).ToArray();
        var all = parts.SelectMany(static part => part).ToArray();

        var segment = await NewWholeAsync(parts);

        Assert.Equal(all.Length, await Store.GetLengthAsync(segment, Token));
        Assert.Equal(all, await ReadAsync(segment, 0, all.Length + 1));
        Assert.Equal(all[12_345..54_321], await ReadAsync(segment, 12_345, 54_321 - 12_345));
    }

    [Fact]
    public Task Any_range_of_any_parts_reads_like_the_same_range_of_their_bytes() =>
        Gen.Select(Gen.Int[1, 400].Array[1, 12], Gen.Select(Gen.Int[0, 5_000], Gen.Int[1, 5_000]).Array[1, 8])
            .SampleAsync(
                async (sizes, ranges) =>
                {
                    var parts = sizes.Select(static (size, index) => Bytes(size, index)).ToArray();
                    var all = parts.SelectMany(static part => part).ToArray();
                    var segment = await NewWholeAsync(parts);

                    foreach (var (position, room) in ranges)
                    {
                        Assert.Equal(all.Skip(position).Take(room), await ReadAsync(segment, position, room));
                    }
                },
                iter: Samples);

    [Fact]
    public async Task The_largest_part_is_kept_and_one_byte_more_is_a_bug_of_the_caller()
    {
        var part = Bytes(SegmentLimits.BlockBytesMax, 1);
        var segment = await NewWholeAsync(part, [7]);

        Assert.Equal(part[3_000_001..3_000_101], await ReadAsync(segment, 3_000_001, 100));
        Assert.Equal([part[^2], part[^1], 7], await ReadAsync(segment, part.Length - 2, 100));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StageAsync(segment, 0, new byte[part.Length + 1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StageAsync(segment, 0, []));
    }

    [Fact]
    public async Task A_bad_name_number_or_count_is_a_bug_of_the_caller()
    {
        var (segment, bad) = (NewName(), new SegmentName("UPPER"));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => StageAsync(bad, 0, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StageAsync(segment, -1, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StageAsync(segment, SegmentLimits.PartsMax, [1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CommitAsync(bad, 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CommitAsync(segment, 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CommitAsync(segment, SegmentLimits.PartsMax + 1));
    }

    [Fact]
    public async Task The_parts_bytes_belong_to_the_caller_again_once_it_is_staged()
    {
        var segment = NewName();
        byte[] lent = [1, 2, 3];
        await StageAsync(segment, 0, lent);

        lent.AsSpan().Fill(9);
        await Store.CommitAsync(segment, 1, Token);

        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
    }

    [Fact]
    public async Task It_is_listed_among_the_segments_that_grow()
    {
        var root = NewName();
        SegmentName[] names = [new($"{root}/a"), new($"{root}/b"), new($"{root}/c"), new($"{root}/d")];
        await Store.CreateAsync(names[0], Token);
        await StageAsync(names[1], 0, [1]);
        await StageAsync(names[2], 0, [1]);
        await Store.CommitAsync(names[2], 1, Token);
        await Store.CreateAsync(names[3], Token);

        Assert.Equal([names[0], names[2], names[3]], await ListAsync(root.Value));
    }

    [Fact]
    public async Task Deleted_it_is_gone_for_reads_and_appends_and_in_listings()
    {
        var segment = await NewWholeAsync([1, 2, 3], [4]);

        await Store.DeleteAsync(segment, Token);
        await Store.DeleteAsync(segment, Token);

        Assert.Null(await Store.GetLengthAsync(segment, Token));
        Assert.Equal(SegmentRead.Gone, await Store.ReadAsync(segment, 0, new byte[10], Token));
        Assert.Equal(SegmentAppend.Gone, await AppendAsync(segment, 4, [5]));
        Assert.Empty(await ListAsync(segment.Value));
        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 2));
    }

    [Fact]
    public async Task Deleted_before_its_commit_it_cannot_be_committed_any_more()
    {
        var segment = NewName();
        await StageAsync(segment, 0, [1]);
        await StageAsync(segment, 1, [2]);

        await Store.DeleteAsync(segment, Token);

        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 2));
        Assert.Null(await Store.GetLengthAsync(segment, Token));
        Assert.Empty(await ListAsync(segment.Value));
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_stages_and_commits_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var segment = NewName();
        var part = new ReadOnlySequence<byte>([1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.StageAsync(segment, 0, part, cancelled));
        await Assert.ThrowsAsync<StagedPartsMissingException>(() => CommitAsync(segment, 1));
        await StageAsync(segment, 0, [1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CommitAsync(segment, 1, cancelled));

        Assert.Null(await Store.GetLengthAsync(segment, Token));
    }

    private async Task<SegmentName> NewWholeAsync(params byte[][] parts)
    {
        var segment = NewName();
        for (var number = 0; number < parts.Length; number++)
        {
            await StageAsync(segment, number, parts[number]);
        }

        Assert.True(await CommitAsync(segment, parts.Length));
        return segment;
    }

    private Task StageAsync(SegmentName segment, int number, byte[] part) =>
        Store.StageAsync(segment, number, new ReadOnlySequence<byte>(part), Token).AsTask();

    private Task<bool> CommitAsync(SegmentName segment, int partCount) =>
        Store.CommitAsync(segment, partCount, Token).AsTask();
}
