using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Outages;

/// <summary>A hundred producers a second do not wait for each other while storage is away for three minutes.</summary>
public sealed class BacklogTests : IDisposable
{
    private const int BatchesMax = 20;

    // See OutageTests: a batch waits for itself and for the group that it came behind.
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(32);

    private readonly LogWorld _world = new() { Step = TimeSpan.FromMilliseconds(10) };
    private int _waiting;
    private int _waitingMost;
    private int _appended;
    private int _refused;
    private TimeSpan _longest;

    public static TheoryData<OutageKind> Kinds => [.. Enum.GetValues<OutageKind>()];

    public void Dispose() => _world.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_waits_for_storage_is_bounded_in_number_and_time(OutageKind kind)
    {
        var batch = LogWorld.BatchOf("a").Length;
        var node = _world.StartNode(new EventLogSettings { PendingBytesMax = batch * BatchesMax });
        await _world.Append(node, LogWorld.TopicOf(), "first");
        var outage = new Outage(_world);

        outage.Begin(kind);
        var all = await _world.Run(async () =>
        {
            var producers = new List<Task>();
            for (var number = 0; number < 18_100; number++)
            {
                if (number == 18_000)
                {
                    outage.End();
                }

                producers.Add(ProduceAsync(node));
                await Task.Delay(TimeSpan.FromMilliseconds(10), _world.Time);
            }

            return producers;
        });
        await _world.Run(async () =>
        {
            await Task.WhenAll(all);
            return true;
        });

        // One more than may wait: the one that is being refused.
        Assert.InRange(_waitingMost, 2, BatchesMax + 1);
        Assert.InRange(_longest, TimeSpan.FromSeconds(1), RefusedWithin);
        Assert.Equal(18_100, _appended + _refused);
        Assert.InRange(_appended, 50, 150);
    }

    private async Task ProduceAsync(EventLog node)
    {
        var began = _world.Time.GetUtcNow();
        _waitingMost = Math.Max(_waitingMost, ++_waiting);
        try
        {
            var outcome = await node.AppendAsync(
                LogWorld.TopicOf(), 0, LogWorld.BatchOf("a"), CancellationToken.None);
            _ = outcome is AppendOutcome.Appended ? _appended++ : _refused++;
            Assert.True(outcome is AppendOutcome.Appended or AppendOutcome.Throttled { RetryAfter.Ticks: > 0 });
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            _refused++;
        }

        _waiting--;
        var took = _world.Time.GetUtcNow() - began;
        _longest = took > _longest ? took : _longest;
    }
}
