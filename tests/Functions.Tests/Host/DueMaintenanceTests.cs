using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Host.Hosting;
using Serverless.StorageEngine.Retention;

namespace Serverless.Functions.Tests.Host;

public sealed class DueMaintenanceTests
{
    private static readonly TimeSpan RunTime = TimeSpan.FromMinutes(4);

    private readonly FakeTimeProvider _time = new();
    private TimeSpan? _pause;
    private int _runs;
    private int _runsWithMore;

    /// <summary>A run that ended.</summary>
    internal static MaintenanceOutcome Ran(bool hasMore) => new MaintenanceOutcome.Ran(new MaintenanceReport(
        new KeeperReport(default, default, 1, 0, !hasMore, hasMore, KeeperCounts.None, []), Groups: null));

    [Fact]
    public async Task A_call_in_the_next_interval_finds_the_run_of_this_one_due_again()
    {
        await CallAsync(TimeSpan.FromMinutes(5), runsWithMore: 0);

        Assert.Equal(1, _runs);
        Assert.InRange(_pause!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4.9));
    }

    [Fact]
    public async Task Runs_follow_each_other_while_something_is_left_to_do()
    {
        await CallAsync(TimeSpan.FromHours(1), runsWithMore: 2);

        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task A_call_ends_in_time_whatever_is_left()
    {
        await CallAsync(TimeSpan.FromHours(1), runsWithMore: int.MaxValue);

        Assert.Equal(4, _runs);
    }

    [Fact]
    public async Task An_interval_of_zero_means_never()
    {
        Assert.IsType<MaintenanceOutcome.NotDue>(await CallAsync(TimeSpan.Zero, runsWithMore: 0));

        Assert.Equal(0, _runs);
    }

    private async Task<MaintenanceOutcome> CallAsync(TimeSpan interval, int runsWithMore)
    {
        _runsWithMore = runsWithMore;
        return await new DueMaintenance(
            (pause, _) =>
            {
                _pause = pause;
                return Run();
            },
            _ => Run(),
            interval,
            _time).RunAsync(TestContext.Current.CancellationToken);
    }

    private ValueTask<MaintenanceOutcome> Run()
    {
        _time.Advance(RunTime);
        return ValueTask.FromResult(Ran(_runs++ < _runsWithMore));
    }
}
