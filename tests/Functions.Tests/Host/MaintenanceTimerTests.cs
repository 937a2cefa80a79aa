using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Host.Hosting;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Host;

public sealed class MaintenanceTimerTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FailureLog _failures = new();
    private readonly ILoggerFactory _loggers;
    private int _runs;

    public MaintenanceTimerTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_failures));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task A_node_runs_soon_after_its_start_and_then_about_once_an_interval()
    {
        using var timer = Timer(Hour, Count);
        await timer.StartAsync(Token);
        Assert.Equal(0, _runs);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _runs);
        _time.Advance(Hour * 0.89);
        Assert.Equal(1, _runs);
        _time.Advance(Hour * 0.22);
        Assert.Equal(2, _runs);

        await timer.StopAsync(Token);
        _time.Advance(Hour * 3);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_run_that_left_something_to_do_is_followed_by_the_next_one_much_sooner()
    {
        using var timer = Timer(Hour, _ => ValueTask.FromResult(DueMaintenanceTests.Ran(hasMore: _runs++ < 2)));
        await timer.StartAsync(Token);

        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(5.5));
        _time.Advance(TimeSpan.FromMinutes(5.5));
        Assert.Equal(3, _runs);
        _time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal(3, _runs);
        await timer.StopAsync(Token);
    }

    [Fact]
    public async Task An_interval_of_zero_means_never()
    {
        using var timer = Timer(TimeSpan.Zero, Count);
        await timer.StartAsync(Token);

        _time.Advance(TimeSpan.FromDays(30));

        Assert.Equal(0, _runs);
        await timer.StopAsync(Token);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_run_is_logged_and_the_next_one_comes()
    {
        Exception[] failures = [new StorageUnavailableException("Storage is away."), new InvalidOperationException("A bug.")];
        using var timer = Timer(Hour, _ => _runs++ < failures.Length ? throw failures[_runs - 1] : Count());
        await timer.StartAsync(Token);

        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Advance(Hour * 1.1);
        _time.Advance(Hour * 1.1);

        Assert.True(_runs >= failures.Length + 1);
        Assert.Contains(_failures.Entries, static entry => entry.Contains("Storage is away.", StringComparison.Ordinal));
        Assert.Contains(_failures.Entries, static entry => entry.StartsWith("RunFailed", StringComparison.Ordinal));
        await timer.StopAsync(Token);
    }

    [Fact]
    public async Task A_stop_ends_the_run_under_way()
    {
        var begun = new TaskCompletionSource();
        using var timer = new MaintenanceTimer(
            async (_, stopping) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
                return new MaintenanceOutcome.NotDue();
            },
            Hour,
            _time,
            new Random(1),
            _loggers.CreateLogger<MaintenanceTimer>());
        await timer.StartAsync(Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await begun.Task;

        await timer.StopAsync(Token);

        Assert.Empty(_failures.Entries);
    }

    [Fact]
    public async Task A_stop_does_not_wait_longer_than_the_process_may()
    {
        using var timer = Timer(Hour, _ => new ValueTask<MaintenanceOutcome>(new TaskCompletionSource<MaintenanceOutcome>().Task));
        await timer.StartAsync(Token);
        _time.Advance(TimeSpan.FromMinutes(1));

        await timer.StopAsync(new CancellationToken(canceled: true));
    }

    private MaintenanceTimer Timer(TimeSpan interval, Func<TimeSpan, ValueTask<MaintenanceOutcome>> run) => new(
        (pause, _) => run(pause), interval, _time, new Random(1), _loggers.CreateLogger<MaintenanceTimer>());

    private ValueTask<MaintenanceOutcome> Count(TimeSpan pause)
    {
        Assert.Equal(Hour / 2, pause);
        return Count();
    }

    private ValueTask<MaintenanceOutcome> Count()
    {
        _runs++;
        return ValueTask.FromResult<MaintenanceOutcome>(new MaintenanceOutcome.NotDue());
    }
}
