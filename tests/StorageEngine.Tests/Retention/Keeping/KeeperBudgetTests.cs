using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Keeping;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

public sealed class KeeperBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly KeeperBudget _budget;

    public KeeperBudgetTests() => _budget = new KeeperBudget(
        new KeeperSettings
        {
            RunTimeMax = TimeSpan.FromSeconds(10),
            StepsMax = 3,
            BytesRewrittenMax = 100,
            FaultsInARowMax = 2,
        },
        _time);

    [Fact]
    public void A_run_ends_when_its_time_is_over()
    {
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(_budget.IsSpent);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_budget.IsSpent);
    }

    [Fact]
    public void A_part_of_a_run_ends_when_its_part_of_the_time_is_over_and_the_next_one_has_steps_of_its_own()
    {
        _budget.Begin(0.5);
        _budget.Spend(new KeeperCounts { Steps = 2 });
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_budget.IsSpent);

        _budget.Begin(1);
        _budget.Spend(new KeeperCounts { Steps = 2 });
        Assert.False(_budget.IsSpent);
        Assert.Equal(TimeSpan.FromSeconds(5), _budget.TimeLeft);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_budget.IsSpent);
    }

    [Fact]
    public void Damage_alone_never_ends_a_run_which_would_not_get_past_it()
    {
        for (var number = 0; number < 5; number++)
        {
            _budget.Note(new KeeperProblem(DateTimeOffset.UnixEpoch, "damaged"), isDamage: true);
        }

        Assert.False(_budget.IsSpent);
        Assert.Equal(5, _budget.Did.Faults);
    }

    [Fact]
    public void A_run_ends_behind_its_last_step()
    {
        _budget.Spend(new KeeperCounts { Steps = 2 });
        Assert.False(_budget.IsSpent);
        _budget.Spend(new KeeperCounts { Steps = 1 });
        Assert.True(_budget.IsSpent);
    }

    [Fact]
    public void A_run_that_has_moved_its_bytes_goes_on_without_moving_more()
    {
        _budget.Spend(new KeeperCounts { BytesCopied = 60, BytesRetired = 1_000 });
        Assert.True(_budget.MayRewrite);
        _budget.Spend(new KeeperCounts { BytesCompacted = 40 });
        Assert.False(_budget.MayRewrite);
        Assert.False(_budget.IsSpent);
    }

    [Fact]
    public void Faults_one_behind_the_other_end_a_run_and_others_do_not()
    {
        Note(1);
        _budget.Spend(KeeperCounts.None);
        Note(1);
        Assert.False(_budget.IsSpent);
        Note(1);
        Assert.True(_budget.IsSpent);
        Assert.Equal(3, _budget.Did.Faults);
    }

    [Fact]
    public void All_faults_are_counted_and_the_first_ones_and_the_last_one_told()
    {
        Note(KeeperBudget.ProblemsMax + 5);

        Assert.Equal(KeeperBudget.ProblemsMax + 5, _budget.Did.Faults);
        Assert.Equal(KeeperBudget.ProblemsMax, _budget.Problems.Count);
        Assert.Equal($"fault {KeeperBudget.ProblemsMax + 4}", _budget.LastProblem!.Text);
    }

    private void Note(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _budget.Note(new KeeperProblem(DateTimeOffset.UnixEpoch, $"fault {number}"));
        }
    }
}
