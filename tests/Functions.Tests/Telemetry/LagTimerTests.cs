using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Host.Telemetry;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Telemetry;

public sealed class LagTimerTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FailureLog _failures = new();
    private readonly ILoggerFactory _loggers;
    private int _looks;

    public LagTimerTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_failures));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task The_lag_is_looked_up_once_an_interval_until_the_node_leaves()
    {
        using var timer = Timer(Minute, static () => true);
        await timer.StartAsync(Token);

        _time.Advance(Minute);
        _time.Advance(Minute);
        await timer.StopAsync(Token);
        _time.Advance(Minute * 10);

        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task Without_an_interval_nothing_is_looked_up()
    {
        using var timer = Timer(TimeSpan.Zero, static () => true);
        await timer.StartAsync(Token);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, _looks);
        await timer.StopAsync(Token);
    }

    [Fact]
    public async Task What_keeps_a_look_from_its_end_is_logged_and_the_next_one_comes()
    {
        Queue<Func<bool>> looks = new(
        [
            static () => throw new StorageUnavailableException("Storage is away."),
            static () => throw new InvalidOperationException("A bug."),
            static () => false,
            static () => true,
        ]);
        using var timer = Timer(Minute, () => looks.Dequeue()());
        await timer.StartAsync(Token);

        for (var i = 0; i < 4; i++)
        {
            _time.Advance(Minute);
        }

        await timer.StopAsync(Token);
        Assert.Empty(looks);
        Assert.Equal(["LookUnfinished", "LookFailed", "TooManyGroups"], _failures.Entries.Select(static entry => entry.Split(':')[0]));
    }

    private LagTimer Timer(TimeSpan interval, Func<bool> look) => new(
        _ =>
        {
            _looks++;
            return ValueTask.FromResult(look());
        },
        interval,
        _time,
        _loggers.CreateLogger<LagTimer>());
}
