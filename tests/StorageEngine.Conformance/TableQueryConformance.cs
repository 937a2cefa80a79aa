using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Queries: rows of one partition, in ordinal order, page by page.</summary>
public abstract class TableQueryConformance : TableStoreConformance
{
    [Fact]
    public async Task An_unknown_partition_is_empty()
    {
        var page = await Store.QueryAsync(NewPartition(), RowRange.All, 10, Token);

        Assert.Empty(page.Rows);
        Assert.False(page.More);
    }

    [Fact]
    public async Task Rows_come_in_ordinal_order()
    {
        string[] ordered =
            ["!", "+", "-1", "-10", "-2", "A", "B", "_", "a", "a ", "a!", "aa", "a|", "b", "|", "~", "é", "日"];
        var partition = await FilledAsync([.. ordered.Reverse()]);

        Assert.Equal(ordered, await KeysAsync(partition, RowRange.All));
    }

    [Fact]
    public async Task A_range_includes_its_start_and_excludes_its_end()
    {
        var partition = await FilledAsync("a", "b", "ba", "c", "d");

        Assert.Equal(["b", "ba"], await KeysAsync(partition, new RowRange("b", "c")));
        Assert.Equal(["ba", "c", "d"], await KeysAsync(partition, new RowRange("b!", null)));
        Assert.Equal(["a"], await KeysAsync(partition, new RowRange("", "b")));
        Assert.Empty(await KeysAsync(partition, new RowRange("b", "b")));
        Assert.Empty(await KeysAsync(partition, new RowRange("c", "b")));
        Assert.Empty(await KeysAsync(partition, new RowRange("e", null)));
    }

    [Fact]
    public async Task A_prefix_gives_exactly_the_keys_that_start_with_it()
    {
        var partition = await FilledAsync("m", "m|", "m|1", "m|2", "m|~", "m}", "n", "M|1");

        Assert.Equal(["m|", "m|1", "m|2", "m|~"], await KeysAsync(partition, RowRange.Prefix("m|")));
        Assert.Empty(await KeysAsync(partition, RowRange.Prefix("x")));
    }

    [Fact]
    public async Task After_a_key_the_range_goes_on_with_the_next_one()
    {
        var partition = await FilledAsync("a", "a ", "a!", "b");

        Assert.Equal(["a ", "a!", "b"], await KeysAsync(partition, RowRange.All.After("a")));
        Assert.Equal(["b"], await KeysAsync(partition, RowRange.All.After("a!")));
        Assert.Equal(["a!"], await KeysAsync(partition, RowRange.Prefix("a").After("a ")));
        Assert.Empty(await KeysAsync(partition, RowRange.All.After("b")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(1_000)]
    public async Task Pages_of_any_size_give_every_row_once_and_in_order(int rowsMax)
    {
        var keys = Enumerable.Range(0, 50).Select(static row => $"row{row:00}").ToArray();
        var partition = await FilledAsync(keys);

        Assert.Equal(keys, await KeysAsync(partition, RowRange.All, rowsMax));
        Assert.Equal(keys[10..20], await KeysAsync(partition, RowRange.Prefix("row1"), rowsMax));
    }

    [Fact]
    public async Task A_page_that_ends_before_the_last_row_says_that_more_follow()
    {
        var partition = await FilledAsync("a", "b", "c");

        var page = await Store.QueryAsync(partition, RowRange.All, 2, Token);

        Assert.True(page.More);
        Assert.InRange(page.Rows.Count, 1, 2);
    }

    [Fact]
    public async Task More_rows_than_one_page_holds_are_read_in_several()
    {
        const int Rows = 1_050;
        var partition = NewPartition();
        var keys = Enumerable.Range(0, Rows).Select(static row => $"row{row:0000}").ToArray();
        foreach (var chunk in keys.Chunk(TableLimits.TransactionRowsMax))
        {
            await CommitAsync(partition, [.. chunk.Select(static key => new RowChange.Insert(key, default))]);
        }

        Assert.Equal(keys, await KeysAsync(partition, RowRange.All));
    }

    [Fact]
    public async Task A_row_in_a_page_is_the_row_that_a_single_read_gives()
    {
        var partition = NewPartition();
        await InsertAsync(partition, "a", 1, 2, 3);

        var queried = Assert.Single(await QueryAllAsync(partition, RowRange.All));
        var read = await GetExistingAsync(partition, "a");

        Assert.Equal(read.Key, queried.Key);
        Assert.Equal(read.Version, queried.Version);
        Assert.Equal(read.WrittenAt, queried.WrittenAt);
        Assert.Equal(read.Value.ToArray(), queried.Value.ToArray());
    }

    [Fact]
    public async Task Rows_changed_together_are_seen_together()
    {
        const int Rounds = 25;
        var partition = NewPartition();
        var versions = await CommitAsync(
            partition, new RowChange.Insert("a", new byte[1]), new RowChange.Insert("b", new byte[1]));
        var writer = Task.Run(
            async () =>
            {
                for (byte round = 1; round <= Rounds; round++)
                {
                    versions = await CommitAsync(
                        partition,
                        new RowChange.Replace("a", new[] { round }, Assert.NotNull(versions[0])),
                        new RowChange.Replace("b", new[] { round }, Assert.NotNull(versions[1])));
                }
            },
            Token);

        while (!writer.IsCompleted)
        {
            var rows = await QueryAllAsync(partition, RowRange.All);
            Assert.Equal(rows[0].Value.ToArray(), rows[1].Value.ToArray());
        }

        await writer;
    }

    [Fact]
    public async Task A_page_size_outside_its_limits_is_a_bug_of_the_caller()
    {
        foreach (var rowsMax in new[] { -1, 0, TableLimits.PageRowsMax + 1 })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(
                async () => await Store.QueryAsync(NewPartition(), RowRange.All, rowsMax, Token));
        }
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_reads_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var partition = await FilledAsync("a");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.GetAsync(partition, "a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.QueryAsync(partition, RowRange.All, 10, cancelled));
    }

    private async Task<string> FilledAsync(params string[] keys)
    {
        var partition = NewPartition();
        await CommitAsync(partition, [.. keys.Select(static key => new RowChange.Insert(key, default))]);
        return partition;
    }
}
