using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>Transactions: each change under its condition, and all of them or none.</summary>
public abstract class TableTransactionConformance : TableStoreConformance
{
    [Fact]
    public async Task An_inserted_row_can_be_read_at_once()
    {
        var partition = NewPartition();

        var version = await InsertAsync(partition, "a", 1, 2, 3);

        var row = await GetExistingAsync(partition, "a");
        Assert.Equal("a", row.Key);
        Assert.Equal([1, 2, 3], row.Value.ToArray());
        Assert.Equal(version, row.Version);
    }

    [Fact]
    public async Task A_missing_row_is_null()
    {
        var partition = NewPartition();
        Assert.Null(await GetAsync(partition, "a"));

        await InsertAsync(partition, "a", 1);

        Assert.Null(await GetAsync(partition, "b"));
        Assert.Null(await GetAsync(NewPartition(), "a"));
    }

    [Fact]
    public async Task An_insert_of_an_existing_row_is_refused_and_changes_nothing()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 1);

        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Insert("a", new byte[] { 2 })));

        await AssertRowAsync(partition, "a", version, 1);
    }

    [Fact]
    public async Task A_replace_with_the_current_version_stores_the_new_value()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 1, 2, 3);

        var versions = await CommitAsync(partition, new RowChange.Replace("a", new byte[] { 4 }, version));

        Assert.NotEqual(version, versions[0]);
        await AssertRowAsync(partition, "a", versions[0], 4);
    }

    [Fact]
    public async Task A_check_keeps_the_value_and_changes_the_version()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 1, 2, 3);

        var versions = await CommitAsync(partition, new RowChange.Check("a", version));

        Assert.NotEqual(version, versions[0]);
        await AssertRowAsync(partition, "a", versions[0], 1, 2, 3);
    }

    [Fact]
    public async Task A_delete_with_the_current_version_removes_the_row()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 1);

        var versions = await CommitAsync(partition, new RowChange.Delete("a", version));

        Assert.Null(Assert.Single(versions));
        Assert.Null(await GetAsync(partition, "a"));
    }

    [Fact]
    public async Task Replace_check_and_delete_with_an_old_version_are_refused_and_change_nothing()
    {
        var partition = NewPartition();
        var old = await InsertAsync(partition, "a", 1);
        var current = (await CommitAsync(partition, new RowChange.Replace("a", new byte[] { 2 }, old)))[0];

        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Replace("a", new byte[] { 3 }, old)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Check("a", old)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Delete("a", old)));

        await AssertRowAsync(partition, "a", current, 2);
    }

    [Fact]
    public async Task Replace_check_and_delete_of_a_missing_row_are_refused_and_create_nothing()
    {
        var partition = NewPartition();
        var foreign = await InsertAsync(partition, "other", 1);

        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Replace("a", new byte[] { 3 }, foreign)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Check("a", foreign)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Delete("a", foreign)));

        Assert.Null(await GetAsync(partition, "a"));
    }

    [Fact]
    public async Task Changes_of_all_kinds_commit_together_with_versions_in_their_order()
    {
        var partition = NewPartition();
        var b = await InsertAsync(partition, "b", 1);
        var c = await InsertAsync(partition, "c", 2);
        var d = await InsertAsync(partition, "d", 3);

        var versions = await CommitAsync(
            partition,
            new RowChange.Delete("d", d),
            new RowChange.Insert("a", new byte[] { 9 }),
            new RowChange.Check("c", c),
            new RowChange.Replace("b", new byte[] { 8 }, b));

        Assert.Equal(4, versions.Count);
        Assert.Null(versions[0]);
        Assert.Null(await GetAsync(partition, "d"));
        await AssertRowAsync(partition, "a", versions[1], 9);
        await AssertRowAsync(partition, "c", versions[2], 2);
        await AssertRowAsync(partition, "b", versions[3], 8);
    }

    [Fact]
    public async Task One_failing_change_in_the_middle_undoes_all_of_them_and_is_blamed()
    {
        var partition = NewPartition();
        var a = await InsertAsync(partition, "a", 1);
        var staleB = await InsertAsync(partition, "b", 2);
        var b = (await CommitAsync(partition, new RowChange.Check("b", staleB)))[0];
        var c = await InsertAsync(partition, "c", 3);

        var blamed = await ConflictAsync(
            partition,
            new RowChange.Insert("new", new byte[] { 7 }),
            new RowChange.Replace("a", new byte[] { 7 }, a),
            new RowChange.Replace("b", new byte[] { 7 }, staleB),
            new RowChange.Delete("c", c));

        Assert.Equal(2, blamed);
        Assert.Null(await GetAsync(partition, "new"));
        await AssertRowAsync(partition, "a", a, 1);
        await AssertRowAsync(partition, "b", b, 2);
        await AssertRowAsync(partition, "c", c, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(99)]
    public async Task A_hundred_changes_are_undone_by_one_insert_of_an_existing_row(int failing)
    {
        var partition = NewPartition();
        await InsertAsync(partition, $"row{failing:000}", 1);

        var blamed = await ConflictAsync(partition, Inserts(TableLimits.TransactionRowsMax));

        Assert.Equal(failing, blamed);
        Assert.Equal([$"row{failing:000}"], await KeysAsync(partition, RowRange.All));
    }

    [Fact]
    public async Task A_hundred_changes_commit_together()
    {
        var partition = NewPartition();

        var versions = await CommitAsync(partition, Inserts(TableLimits.TransactionRowsMax));

        var rows = await QueryAllAsync(partition, RowRange.All);
        Assert.Equal(TableLimits.TransactionRowsMax, rows.Count);
        Assert.Equal(versions, rows.Select(static row => (RowVersion?)row.Version));
    }

    [Fact]
    public async Task The_same_row_key_in_two_partitions_is_two_rows()
    {
        var (left, right) = (NewPartition(), NewPartition());
        await InsertAsync(left, "a", 1);
        var version = await InsertAsync(right, "a", 2);

        await CommitAsync(right, new RowChange.Delete("a", version));

        Assert.Equal([1], (await GetExistingAsync(left, "a")).Value.ToArray());
        Assert.Null(await GetAsync(right, "a"));
    }

    [Fact]
    public async Task Too_many_changes_none_or_one_row_twice_are_bugs_of_the_caller()
    {
        var partition = NewPartition();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => ExecuteAsync(partition));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, Inserts(TableLimits.TransactionRowsMax + 1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ExecuteAsync(partition, new RowChange.Insert("a", default), new RowChange.Insert("a", default)));

        Assert.Empty(await KeysAsync(partition, RowRange.All));
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_changes_nothing()
    {
        var partition = NewPartition();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ExecuteAsync(
            partition, [new RowChange.Insert("a", default)], new CancellationToken(canceled: true)));

        Assert.Null(await GetAsync(partition, "a"));
    }

    private static RowChange[] Inserts(int count) =>
    [
        .. Enumerable.Range(0, count).Select(static row => new RowChange.Insert($"row{row:000}", new[] { (byte)row })),
    ];

    private async Task AssertRowAsync(string partition, string key, RowVersion? version, params byte[] value)
    {
        var row = await GetExistingAsync(partition, key);
        Assert.Equal(value, row.Value.ToArray());
        Assert.Equal(version, row.Version);
    }
}
