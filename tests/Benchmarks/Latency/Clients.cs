using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Latency;

/// <summary>Clients of the nodes of a world, and how long each waited for its acknowledgements.</summary>
/// <param name="world">The world.</param>
/// <param name="topic">The topic that all of them write.</param>
/// <param name="recordBytes">The size of a record's value.</param>
/// <param name="recordsPerRequest">Records of a request.</param>
internal sealed class Clients(DistantWorld world, Topic topic, int recordBytes = 100, int recordsPerRequest = 1)
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly byte[] _value = new byte[recordBytes];
    private readonly List<double> _acks = [];
    private long _failed;

    /// <summary>Opens a log at a node, before anything is measured: the first request there is nobody's figure.</summary>
    public async Task OpenAsync(EventLog node, int partition)
    {
        await SendAsync(node, partition);
        _acks.Clear();
    }

    /// <summary>Sends one request after the other until a time.</summary>
    public async Task SendInTurnAsync(EventLog node, int partition, double untilMs)
    {
        while (world.NowMs < untilMs)
        {
            await SendAsync(node, partition);
        }
    }

    /// <summary>Sends requests at random moments until a time, whether earlier ones are acknowledged or not; ends with
    /// the last acknowledgement.</summary>
    /// <param name="node">Who is asked.</param>
    /// <param name="perSecond">How many requests a second, on average.</param>
    /// <param name="untilMs">When to stop.</param>
    /// <param name="random">Draws the moments.</param>
    public async Task SendAtRateAsync(EventLog node, double perSecond, double untilMs, SeededRandom random)
    {
        var sent = new List<Task>();
        while (world.NowMs < untilMs)
        {
            await world.DelayAsync(-Math.Log(1 - random.NextDouble()) * 1_000 / perSecond);
            sent.Add(SendAsync(node, partition: 0));
        }

        await Task.WhenAll(sent);
    }

    /// <summary>Sends one request and waits for its acknowledgement.</summary>
    public async Task SendAsync(EventLog node, int partition)
    {
        for (var record = 0; record < recordsPerRequest; record++)
        {
            _builder.Append(1_700_000_000_000, null, _value, []);
        }

        var began = world.NowMs;
        try
        {
            var outcome = await node.AppendAsync(topic, partition, _builder.Build(), CancellationToken.None);
            if (outcome is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException($"The engine answered an append with {outcome}.");
            }

            _acks.Add(world.NowMs - began);
        }
        catch (StorageUnavailableException)
        {
            _failed++;
        }
    }

    /// <summary>What was measured since <see cref="DistantWorld.ResetCounts"/>.</summary>
    /// <param name="sinceMs">When that was.</param>
    public AckRun End(double sinceMs) => new(_acks, world.Counts, (world.NowMs - sinceMs) / 1_000, _failed);
}
