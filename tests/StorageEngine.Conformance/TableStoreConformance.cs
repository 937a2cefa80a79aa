using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// The hook and the words of the suites that state the promises of <see cref="ITableStore"/>. An adapter derives one
/// sealed class from each suite and gives its store; the store may be shared by all tests and hold other rows. Its
/// clock is the system's, within five minutes.
/// </summary>
public abstract class TableStoreConformance
{
    /// <summary>The adapter under test.</summary>
    protected abstract ITableStore Store { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A partition nobody used before, so that tests may share one store.</summary>
    protected static string NewPartition() => $"conformance|{Guid.NewGuid():n}";

    protected Task<TableTransaction> ExecuteAsync(string partition, params RowChange[] changes) =>
        Store.ExecuteAsync(partition, changes, Token).AsTask();

    /// <summary>Executes changes that must commit and gives the new versions.</summary>
    protected async Task<IReadOnlyList<RowVersion?>> CommitAsync(string partition, params RowChange[] changes)
    {
        var outcome = await ExecuteAsync(partition, changes);
        return Assert.IsType<TableTransaction.Committed>(outcome).Versions;
    }

    /// <summary>Executes changes that must be refused and gives the index that the store blames.</summary>
    protected async Task<int> ConflictAsync(string partition, params RowChange[] changes)
    {
        var outcome = await ExecuteAsync(partition, changes);
        return Assert.IsType<TableTransaction.Conflict>(outcome).Index;
    }

    protected async Task<RowVersion> InsertAsync(string partition, string key, params byte[] value)
    {
        var versions = await CommitAsync(partition, new RowChange.Insert(key, value));
        return Assert.NotNull(Assert.Single(versions));
    }

    protected Task<TableRow?> GetAsync(string partition, string key) => Store.GetAsync(partition, key, Token).AsTask();

    /// <summary>Reads a row that must exist.</summary>
    protected async Task<TableRow> GetExistingAsync(string partition, string key) =>
        Assert.IsType<TableRow>(await GetAsync(partition, key));

    /// <summary>Reads all rows of a range, page by page, as the contract says to go on.</summary>
    protected async Task<List<TableRow>> QueryAllAsync(
        string partition, RowRange range, int rowsMax = TableLimits.PageRowsMax)
    {
        var rows = new List<TableRow>();
        while (true)
        {
            var page = await Store.QueryAsync(partition, range, rowsMax, Token);
            Assert.InRange(page.Rows.Count, 0, rowsMax);
            rows.AddRange(page.Rows);
            if (!page.More)
            {
                return rows;
            }

            Assert.NotEmpty(page.Rows);
            range = range.After(page.Rows[^1].Key);
        }
    }

    protected async Task<string[]> KeysAsync(string partition, RowRange range, int rowsMax = TableLimits.PageRowsMax) =>
        [.. (await QueryAllAsync(partition, range, rowsMax)).Select(static row => row.Key)];
}
