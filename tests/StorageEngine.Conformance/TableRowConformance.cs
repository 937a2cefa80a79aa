using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Rows: what keys and values they take, and the limits.</summary>
public abstract class TableRowConformance : TableStoreConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(TableLimits.RowBytesMax)]
    public async Task A_value_of_any_allowed_size_comes_back_unchanged(int size)
    {
        var partition = NewPartition();
        var value = new byte[size];
        new Random(size).NextBytes(value);

        await InsertAsync(partition, "a", value);

        Assert.Equal(value, (await GetExistingAsync(partition, "a")).Value.ToArray());
        Assert.Equal(value, Assert.Single(await QueryAllAsync(partition, RowRange.All)).Value.ToArray());
    }

    [Fact]
    public async Task A_value_shrinks_and_grows_by_replacement()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", new byte[200_000]);
        var shrunk = (await CommitAsync(partition, new RowChange.Replace("a", new byte[] { 1 }, version)))[0];
        Assert.Equal([1], (await GetExistingAsync(partition, "a")).Value.ToArray());

        var grown = new byte[150_000];
        grown[^1] = 7;
        await CommitAsync(partition, new RowChange.Replace("a", grown, Assert.NotNull(shrunk)));

        Assert.Equal(grown, (await GetExistingAsync(partition, "a")).Value.ToArray());
    }

    [Theory]
    [InlineData("|")]
    [InlineData("%")]
    [InlineData("%2F")]
    [InlineData("'")]
    [InlineData("it''s")]
    [InlineData("&")]
    [InlineData("+")]
    [InlineData("=")]
    [InlineData("~")]
    [InlineData("a b")]
    [InlineData("a:b,c;d(e)")]
    [InlineData("é日本")]
    public async Task A_key_may_hold_any_other_character(string key)
    {
        var partition = $"{NewPartition()}{key}";

        var inserted = await InsertAsync(partition, key, 1);
        var replaced = (await CommitAsync(partition, new RowChange.Replace(key, new byte[] { 2 }, inserted)))[0];

        Assert.Equal([2], (await GetExistingAsync(partition, key)).Value.ToArray());
        Assert.Equal([key], await KeysAsync(partition, RowRange.All));
        Assert.Equal([key], await KeysAsync(partition, RowRange.Prefix(key)));
        await CommitAsync(partition, new RowChange.Delete(key, Assert.NotNull(replaced)));
        Assert.Null(await GetAsync(partition, key));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\nb")]
    [InlineData("a\u007fb")]
    public async Task A_key_with_a_disallowed_character_is_a_bug_of_the_caller(string key)
    {
        var partition = NewPartition();

        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, new RowChange.Insert(key, default)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ExecuteAsync(key, new RowChange.Insert("a", default)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => GetAsync(partition, key));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => GetAsync(key, "a"));
    }

    [Fact]
    public async Task The_longest_keys_are_taken_and_one_character_more_is_a_bug_of_the_caller()
    {
        var partition = NewPartition().PadRight(TableLimits.KeyLengthMax, 'p');
        var key = new string('k', TableLimits.KeyLengthMax);

        await InsertAsync(partition, key, 1);

        Assert.Equal([1], (await GetExistingAsync(partition, key)).Value.ToArray());
        Assert.Equal([key], await KeysAsync(partition, RowRange.All, rowsMax: 1));
        Assert.Empty(await KeysAsync(partition, RowRange.All.After(key)));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, new RowChange.Insert(key + "k", default)));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition + "p", new RowChange.Insert(key, default)));
    }

    [Fact]
    public async Task Too_large_a_row_or_too_many_bytes_in_one_transaction_are_bugs_of_the_caller()
    {
        var partition = NewPartition();
        var largest = new byte[TableLimits.RowBytesMax];
        var fits = Enumerable.Range(0, TableLimits.TransactionBytesMax / TableLimits.RowBytesMax)
            .Select(RowChange (row) => new RowChange.Insert($"{row}", largest)).ToArray();

        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, new RowChange.Insert("a", new byte[TableLimits.RowBytesMax + 1])));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, [.. fits, new RowChange.Insert("a", new byte[1])]));
        Assert.Empty(await KeysAsync(partition, RowRange.All));

        Assert.Equal(fits.Length, (await CommitAsync(partition, fits)).Count);
    }
}
