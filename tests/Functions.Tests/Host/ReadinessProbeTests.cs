using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Host.Hosting;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Host;

public sealed class ReadinessProbeTests : IDisposable
{
    private const string NotAvailable = "The store is not available; the log of the node says why.";

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SimulatedTableStore _tables;
    private readonly FailureLog _log = new();
    private readonly ReadinessProbe _probe;

    public ReadinessProbeTests()
    {
        _tables = new SimulatedTableStore(_time);
        _probe = new ReadinessProbe(
            _tables, _time, new LoggerFactory([_log]).CreateLogger<ReadinessProbe>(), _stopping.Token);
    }

    public void Dispose() => _stopping.Dispose();

    [Fact]
    public async Task A_node_whose_store_answers_is_ready() => Assert.Null(await _probe.CheckAsync());

    [Fact]
    public async Task What_a_store_says_that_refuses_goes_to_the_log_and_not_to_whoever_asks()
    {
        _tables.Interception.Before = static _ => throw new StorageUnavailableException("The account is disabled.");

        Assert.Equal(NotAvailable, await _probe.CheckAsync());
        Assert.Equal(["StoreNotReady: The node is not ready: The account is disabled."], _log.Entries);
    }

    [Fact]
    public async Task A_store_that_stays_silent_counts_as_not_ready_after_the_timeout()
    {
        var silence = new TaskCompletionSource();
        _tables.Interception.Before = _ => new ValueTask(silence.Task);

        var check = _probe.CheckAsync();
        Assert.False(check.IsCompleted);
        _time.Advance(ReadinessProbe.Timeout);

        Assert.Equal("The store did not answer within 2 s.", await check);
    }

    [Fact]
    public async Task Many_questions_at_once_are_one_read_of_the_store()
    {
        var silence = new TaskCompletionSource();
        var reads = 0;
        _tables.Interception.Before = _ =>
        {
            reads++;
            return new ValueTask(silence.Task);
        };

        var checks = Enumerable.Range(0, 100).Select(_ => _probe.CheckAsync()).ToList();
        silence.SetResult();

        Assert.All(await Task.WhenAll(checks), Assert.Null);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task An_answer_is_repeated_until_it_is_too_old()
    {
        Assert.Null(await _probe.CheckAsync());
        _tables.Interception.Before = static _ => throw new StorageUnavailableException("Gone.");

        Assert.Null(await _probe.CheckAsync());
        _time.Advance(ReadinessProbe.AnswerAge);

        Assert.Equal(NotAvailable, await _probe.CheckAsync());
    }

    [Fact]
    public async Task A_node_that_is_stopping_is_not_ready()
    {
        await _stopping.CancelAsync();

        Assert.Equal("The node is stopping.", await _probe.CheckAsync());
    }
}
