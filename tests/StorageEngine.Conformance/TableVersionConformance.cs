using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// Versions and instants: no version ever comes back, no instant goes back, and a race has one winner.
/// </summary>
public abstract class TableVersionConformance : TableStoreConformance
{
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_version_never_repeats_for_a_key()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 1);
        var seen = new HashSet<RowVersion> { version };

        for (var round = 0; round < 15; round++)
        {
            version = Assert.NotNull((await CommitAsync(partition, new RowChange.Check("a", version)))[0]);
            Assert.True(seen.Add(version));
            var replace = new RowChange.Replace("a", new byte[] { 1 }, version);
            version = Assert.NotNull((await CommitAsync(partition, replace))[0]);
            Assert.True(seen.Add(version));
            await CommitAsync(partition, new RowChange.Delete("a", version));
            version = await InsertAsync(partition, "a", 1);
            Assert.True(seen.Add(version));
        }
    }

    [Fact]
    public async Task A_version_from_before_a_delete_does_not_match_the_row_inserted_again()
    {
        var partition = NewPartition();
        var before = await InsertAsync(partition, "a", 1);
        await CommitAsync(partition, new RowChange.Delete("a", before));
        var after = await InsertAsync(partition, "a", 1);

        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Replace("a", new byte[] { 2 }, before)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Check("a", before)));
        Assert.Equal(0, await ConflictAsync(partition, new RowChange.Delete("a", before)));

        Assert.Equal(after, (await GetExistingAsync(partition, "a")).Version);
    }

    [Fact]
    public async Task The_instant_of_writing_is_that_of_the_last_change_and_never_falls()
    {
        var partition = NewPartition();
        var start = DateTimeOffset.UtcNow;
        var version = await InsertAsync(partition, "a", 1);
        var last = (await GetExistingAsync(partition, "a")).WrittenAt;
        Assert.InRange(last, start - ClockDifferenceMax, start + ClockDifferenceMax);

        for (var round = 0; round < 10; round++)
        {
            RowChange change = round % 2 == 0
                ? new RowChange.Check("a", version)
                : new RowChange.Replace("a", new byte[] { 2 }, version);
            version = Assert.NotNull((await CommitAsync(partition, change))[0]);
            var writtenAt = (await GetExistingAsync(partition, "a")).WrittenAt;
            Assert.True(writtenAt >= last, $"{writtenAt:o} lies before {last:o}.");
            last = writtenAt;
        }

        Assert.InRange(last, start - ClockDifferenceMax, DateTimeOffset.UtcNow + ClockDifferenceMax);
    }

    [Fact]
    public async Task Of_eight_replaces_with_one_version_exactly_one_wins()
    {
        var partition = NewPartition();
        var version = await InsertAsync(partition, "a", 0);

        for (var round = 0; round < 10; round++)
        {
            var expected = version;
            var (winner, versions) = await RaceAsync(
                partition, racer => [new RowChange.Replace("a", new[] { racer }, expected)]);

            var row = await GetExistingAsync(partition, "a");
            Assert.Equal([winner], row.Value.ToArray());
            Assert.Equal(versions[0], row.Version);
            version = row.Version;
        }
    }

    [Fact]
    public async Task Of_eight_inserts_of_one_row_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var partition = NewPartition();

            var (winner, _) = await RaceAsync(
                partition,
                racer => [new RowChange.Insert($"own{racer}", default), new RowChange.Insert("a", new[] { racer })]);

            Assert.Equal(["a", $"own{winner}"], await KeysAsync(partition, RowRange.All));
            Assert.Equal([winner], (await GetExistingAsync(partition, "a")).Value.ToArray());
        }
    }

    [Fact]
    public async Task A_counter_raised_by_eight_writers_under_conditions_loses_no_step()
    {
        const int Steps = 6;
        var partition = NewPartition();
        await InsertAsync(partition, "counter", 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                for (var done = 0; done < Steps;)
                {
                    var row = await GetExistingAsync(partition, "counter");
                    var next = new[] { (byte)(row.Value.Span[0] + 1) };
                    var outcome = await ExecuteAsync(partition, new RowChange.Replace("counter", next, row.Version));
                    done += outcome is TableTransaction.Committed ? 1 : 0;
                }
            },
            Token)));

        Assert.Equal([8 * Steps], (await GetExistingAsync(partition, "counter")).Value.ToArray());
    }

    private async Task<(byte Winner, IReadOnlyList<RowVersion?> Versions)> RaceAsync(
        string partition, Func<byte, RowChange[]> changes)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(
            racer => Task.Run(() => ExecuteAsync(partition, changes((byte)racer)), Token)));

        Assert.Equal(7, outcomes.Count(static outcome => outcome is TableTransaction.Conflict));
        var winner = Array.FindIndex(outcomes, static outcome => outcome is TableTransaction.Committed);
        return ((byte)(winner + 1), Assert.IsType<TableTransaction.Committed>(outcomes[winner]).Versions);
    }
}
