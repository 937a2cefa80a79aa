using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Storage;

public sealed class ConditionalChangeTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly ConditionalChange _changes;
    private int _rounds;

    public ConditionalChangeTests() => _changes = new ConditionalChange(_world.Time, new Random(1));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_change_that_is_decided_at_once_takes_one_round_and_leaves_no_doubt()
    {
        var (outcome, doubt) = await RunAsync(static (_, _) => (true, "done"));

        Assert.Equal("done", outcome);
        Assert.Null(doubt);
        Assert.Equal(1, _rounds);
    }

    [Fact]
    public async Task After_a_lost_race_the_next_round_reads_and_decides_again()
    {
        var (outcome, _) = await RunAsync(static (round, _) => (round == 3, $"round {round}"));

        Assert.Equal("round 3", outcome);
    }

    [Fact]
    public async Task The_round_after_an_unknown_outcome_is_told_so_and_the_caller_too()
    {
        var told = new List<bool>();

        var (_, doubt) = await RunAsync((round, inDoubt) =>
        {
            told.Add(inDoubt);
            return round == 1 ? throw new StorageOutcomeUnknownException("reset") : (round == 3, "");
        });

        Assert.Equal([false, true, true], told);
        Assert.Equal("reset", doubt?.Message);
    }

    [Fact]
    public async Task A_refusal_ends_it_at_once()
    {
        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync(
            static (_, _) => throw new StorageUnavailableException("busy")));

        Assert.Equal(1, _rounds);
    }

    [Fact]
    public async Task A_refusal_after_an_unknown_outcome_leaves_the_doubt()
    {
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => RunAsync(static (round, _) => round == 1
            ? throw new StorageOutcomeUnknownException("reset")
            : throw new StorageUnavailableException("busy")));

        Assert.Equal(2, _rounds);
    }

    [Fact]
    public async Task Races_that_are_lost_for_ever_end_as_nothing_changed()
    {
        var began = _world.Time.GetUtcNow();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync(static (_, _) => (false, "")));

        Assert.Equal(8, _rounds);
        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.FromMilliseconds(1), 6 * ConditionalChange.PauseMax);
    }

    [Fact]
    public async Task The_second_round_comes_without_a_pause()
    {
        var began = _world.Time.GetUtcNow();

        await RunAsync(static (round, _) => (round == 2, ""));

        Assert.Equal(began, _world.Time.GetUtcNow());
    }

    private Task<(string Outcome, StorageOutcomeUnknownException? Doubt)> RunAsync(
        Func<int, bool, (bool IsDecided, string Outcome)> round) => _world.Run(() => _changes.RunAsync(
            "The row", roundsMax: 8, inDoubt => ValueTask.FromResult(round(++_rounds, inDoubt)), CancellationToken.None));
}
