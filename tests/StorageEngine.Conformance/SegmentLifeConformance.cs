using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>The life of a segment: created once, found by prefix, deleted for good.</summary>
public abstract class SegmentLifeConformance : SegmentStoreConformance
{
    [Fact]
    public async Task A_created_segment_is_empty()
    {
        var segment = NewName();

        Assert.True(await Store.CreateAsync(segment, Token));

        Assert.Equal(0, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task A_second_creation_says_so_and_keeps_what_is_stored()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);

        Assert.False(await Store.CreateAsync(segment, Token));

        Assert.Equal([1, 2, 3], await ReadAsync(segment, 0, 10));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 3, [4]));
    }

    [Fact]
    public async Task Of_eight_creations_of_one_segment_exactly_one_creates_it()
    {
        var segment = NewName();

        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => Store.CreateAsync(segment, Token).AsTask(), Token)));

        Assert.Single(created, true);
        Assert.Equal(0, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task The_length_is_that_of_all_blocks()
    {
        var segment = await NewSegmentAsync(Bytes(100, 1), Bytes(70_000, 2), Bytes(1, 3));

        Assert.Equal(70_101, await Store.GetLengthAsync(segment, Token));
    }

    [Fact]
    public async Task A_missing_segment_has_no_length()
    {
        Assert.Null(await Store.GetLengthAsync(NewName(), Token));
    }

    [Fact]
    public async Task A_deleted_segment_has_no_length_and_is_not_listed()
    {
        var segment = await NewSegmentAsync([1, 2, 3]);

        await Store.DeleteAsync(segment, Token);

        Assert.Null(await Store.GetLengthAsync(segment, Token));
        Assert.Empty(await ListAsync(segment.Value));
    }

    [Fact]
    public async Task Deleting_twice_or_what_never_existed_succeeds()
    {
        var segment = await NewSegmentAsync([1]);

        await Store.DeleteAsync(segment, Token);
        await Store.DeleteAsync(segment, Token);
        await Store.DeleteAsync(NewName(), Token);
    }

    [Fact]
    public async Task Deleting_one_segment_leaves_its_neighbours_alone()
    {
        var root = NewName();
        var left = await CreateAsync($"{root}/a");
        var middle = await CreateAsync($"{root}/b");
        var right = await CreateAsync($"{root}/c");
        foreach (var segment in new[] { left, middle, right })
        {
            Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, 0, [1, 2, 3]));
        }

        await Store.DeleteAsync(middle, Token);

        Assert.Equal([left, right], await ListAsync(root.Value));
        Assert.Equal([1, 2, 3], await ReadAsync(left, 0, 10));
        Assert.Equal([1, 2, 3], await ReadAsync(right, 0, 10));
    }

    [Fact]
    public async Task A_listing_gives_the_names_with_the_prefix_in_ordinal_order()
    {
        var root = NewName();
        string[] unordered = ["p/10", "p/9", "p.1", "p-1", "p1", "p", "q/1", "p/10.a", "p/10-a"];
        foreach (var name in unordered)
        {
            await CreateAsync($"{root}/{name}");
        }

        var all = await ListAsync($"{root}/");
        var some = await ListAsync($"{root}/p/1");

        string[] ordered = ["p", "p-1", "p.1", "p/10", "p/10-a", "p/10.a", "p/9", "p1", "q/1"];
        Assert.Equal(ordered.Select(name => new SegmentName($"{root}/{name}")), all);
        Assert.Equal(
            [new SegmentName($"{root}/p/10"), new SegmentName($"{root}/p/10-a"), new SegmentName($"{root}/p/10.a")],
            some);
    }

    [Fact]
    public async Task A_listing_of_an_unknown_prefix_is_empty()
    {
        Assert.Empty(await ListAsync(NewName().Value));
    }

    [Fact]
    public async Task A_bad_name_is_a_bug_of_the_caller_everywhere()
    {
        foreach (var bad in new[] { new SegmentName(""), new SegmentName("UPPER"), new SegmentName("a b") })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CreateAsync(bad, Token));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetLengthAsync(bad, Token));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.DeleteAsync(bad, Token));
        }
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_creates_and_deletes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var missing = NewName();
        var existing = await NewSegmentAsync([1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CreateAsync(missing, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.DeleteAsync(existing, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.GetLengthAsync(existing, cancelled));

        Assert.Null(await Store.GetLengthAsync(missing, Token));
        Assert.Equal(1, await Store.GetLengthAsync(existing, Token));
    }

    private async Task<SegmentName> CreateAsync(string name)
    {
        var segment = new SegmentName(name);
        Assert.True(await Store.CreateAsync(segment, Token));
        return segment;
    }
}
