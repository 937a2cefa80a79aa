using System.Collections.Concurrent;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>Receivers on several nodes share one queue, and answers of the table are lost.</summary>
public sealed class QueueRaceTests : IDisposable
{
    private const int Nodes = 4;
    private const int Records = 60;

    private readonly QueueWorld _world = new();
    private readonly HashSet<long> _held = [];
    private readonly ConcurrentQueue<string> _twice = [];
    private readonly HashSet<long> _done = [];
    private int _calls;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_record_is_dealt_with_by_one_holder_at_a_time_and_none_is_lost(int seed)
    {
        var node = _world.StartNode();
        var topic = await _world.CreateTopic(node);
        await _world.Put(node, QueueWords.Settings with { DeliveryLimit = 100, InFlightMax = 20 });
        await _world.Append(node, topic, [.. Enumerable.Range(0, Records).Select(static one => $"{one}")]);
        var random = new Random(seed);
        _world.Tables.Interception.Before = static async _ => await Task.Yield();
        _world.Tables.Interception.After = LoseSomeAnswersAsync;

        var receivers = Enumerable.Range(0, Nodes)
            .Select(_ => _world.StartNode())
            .Select(one => _world.Start(() => ReceiveAllAsync(one, new Random(random.Next()))))
            .ToArray();
        foreach (var receiver in receivers)
        {
            await _world.Finish(receiver);
        }

        Assert.Empty(_twice);
        Assert.Equal(Records, _done.Count);
        _world.Tables.Interception.After = null;
        Assert.Equal((Records, 0), ((await _world.Describe(node)).StartOffset, (await _world.Describe(node)).Backlog));
    }

    private async ValueTask<bool> ReceiveAllAsync(QueueNode node, Random random)
    {
        while (_done.Count < Records)
        {
            var outcome = await node.Queues.ReceiveAsync(
                _world.Queue, new ReceiveRequest(5, 1_000, TimeSpan.FromSeconds(1), null), CancellationToken.None);
            foreach (var record in Assert.IsType<ReceiveOutcome.Received>(outcome).Records)
            {
                if (!_held.Add(record.Record.Offset) || _done.Contains(record.Record.Offset))
                {
                    _twice.Enqueue($"{record.Record.Offset}");
                }

                await SayAsync(node, record, random);
            }
        }

        return true;
    }

    // Nobody's lock ends here: time passes only while all wait, and then nobody holds anything for as long.
    private async ValueTask SayAsync(QueueNode node, ReceivedRecord record, Random random)
    {
        var accepts = random.Next(3) > 0;
        Acknowledgement word = accepts
            ? new Acknowledgement.Accept()
            : new Acknowledgement.Release(TimeSpan.FromMilliseconds(random.Next(2) * 100));
        _held.Remove(record.Record.Offset);
        var outcome = await node.Queues.AcknowledgeAsync(
            _world.Queue, [record.LockToken], word, memory: null, CancellationToken.None);
        Assert.Null(Assert.Single(Assert.IsType<AcknowledgeOutcome.Done>(outcome).Tokens).Failure);
        if (accepts)
        {
            _done.Add(record.Record.Offset);
        }
    }

    private ValueTask LoseSomeAnswersAsync(StorageCall call) =>
        call.Operation == StorageOperation.ExecuteTransaction && ++_calls % 5 == 0
            ? throw new StorageOutcomeUnknownException("The answer was lost.")
            : ValueTask.CompletedTask;
}
