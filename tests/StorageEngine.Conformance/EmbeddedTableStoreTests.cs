using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// What the embedded table store promises beyond the port: several openers of one file, and reopening.
/// </summary>
public sealed class EmbeddedTableStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task Two_openers_of_one_file_race_for_each_version_and_one_wins()
    {
        const int Rounds = 20;
        var left = new EmbeddedTableStore(_file.Open());
        var right = new EmbeddedTableStore(_file.Open());
        await left.ExecuteAsync("p", [new RowChange.Insert("a", default)], Token);
        var versions = new HashSet<RowVersion>();

        for (var round = 0; round < Rounds; round++)
        {
            var row = Assert.IsType<TableRow>(await left.GetAsync("p", "a", Token));
            Assert.True(versions.Add(row.Version));
            var outcomes = await Task.WhenAll(
                Task.Run(() => ReplaceAsync(left, row.Version), Token),
                Task.Run(() => ReplaceAsync(right, row.Version), Token));

            Assert.Single(outcomes, static outcome => outcome is TableTransaction.Committed);
            Assert.Single(outcomes, static outcome => outcome is TableTransaction.Conflict);
        }
    }

    [Fact]
    public async Task A_reopened_file_holds_every_row_and_repeats_no_version()
    {
        RowVersion? before;
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedTableStore(database);
            await store.ExecuteAsync("p", [new RowChange.Insert("a", new byte[] { 1 })], Token);
            before = (await store.GetAsync("p", "a", Token))?.Version;
            await store.ExecuteAsync("p", [new RowChange.Delete("a", Assert.NotNull(before))], Token);
            await store.ExecuteAsync("p", [new RowChange.Insert("b", new byte[] { 2 })], Token);
        }

        var reopened = new EmbeddedTableStore(_file.Open());
        await reopened.ExecuteAsync("p", [new RowChange.Insert("a", new byte[] { 3 })], Token);

        Assert.Equal([2], (await reopened.GetAsync("p", "b", Token))?.Value.ToArray());
        Assert.NotEqual(before, (await reopened.GetAsync("p", "a", Token))?.Version);
    }

    [Fact]
    public async Task The_instant_of_writing_never_falls_though_another_openers_clock_is_behind()
    {
        var ahead = new EmbeddedTableStore(_file.Open(new FixedClock(Noon)));
        var behind = new EmbeddedTableStore(_file.Open(new FixedClock(Noon.AddMinutes(-10))));

        await ahead.ExecuteAsync("p", [new RowChange.Insert("a", default)], Token);
        await behind.ExecuteAsync("p", [new RowChange.Insert("b", default)], Token);

        Assert.Equal(Noon, (await behind.GetAsync("p", "a", Token))?.WrittenAt);
        Assert.Equal(Noon, (await ahead.GetAsync("p", "b", Token))?.WrittenAt);
    }

    private static Task<TableTransaction> ReplaceAsync(EmbeddedTableStore store, RowVersion version) =>
        store.ExecuteAsync("p", [new RowChange.Replace("a", default, version)], Token).AsTask();

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
