using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>
/// Receivers on three nodes over a table that refuses calls, loses answers, and lets writes arrive when nobody waits
/// for them any more; some receivers never come back, and others speak of records that they lost long ago.
/// </summary>
public sealed class QueueFaultTests
{
    private const int Nodes = 3;
    private const int Records = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_record_has_two_holders_or_is_accepted_twice_and_none_is_lost(int seed)
    {
        using var world = new QueueWorld(TimeSpan.FromMilliseconds(50));
        var random = new Random(seed);
        var node = world.StartNode();
        var topic = await world.CreateTopic(node);
        await world.Put(node, QueueWords.Settings with { DeliveryLimit = 100, InFlightMax = 15 });
        await world.Append(node, topic, [.. Enumerable.Range(0, Records).Select(static one => $"{one}")]);
        var ledger = new Ledger();
        world.Tables.Interception.Before = call => BeforeAsync(world, random, call);
        world.Tables.Interception.After = call => After(random, call);

        var receivers = Enumerable.Range(0, Nodes)
            .Select(_ => new Receiver(world, world.StartNode(), ledger, new Random(random.Next())))
            .Select(one => world.Start(() => one.RunAsync(rounds: 60)))
            .ToArray();
        foreach (var receiver in receivers)
        {
            await world.Finish(receiver);
        }

        world.Tables.Interception.Before = null;
        world.Tables.Interception.After = null;
        var last = new Receiver(world, world.StartNode(), ledger, new Random(0));
        await world.Run(last.DrainAsync);

        Assert.Empty(ledger.Faults);
        Assert.Equal(Enumerable.Range(0, Records).Select(static one => (long)one), ledger.Done.Order());
        var described = await world.Describe(node);
        Assert.Equal((Records, 0), (described.StartOffset, described.Backlog));
    }

    // One call in ten is refused, and one write in ten arrives when its caller has long given it up.
    private static async ValueTask BeforeAsync(QueueWorld world, Random random, StorageCall call)
    {
        switch (random.Next(10))
        {
            case 0:
                throw new StorageUnavailableException("Refused.");
            case 1 when call.Writes:
                await world.DelayAsync(TimeSpan.FromSeconds(6 + random.Next(40)));
                break;
            default:
                await Task.Yield();
                break;
        }
    }

    private static ValueTask After(Random random, StorageCall call) =>
        call.Writes && random.Next(10) == 0
            ? throw new StorageOutcomeUnknownException("The answer was lost.")
            : ValueTask.CompletedTask;

    /// <summary>What all receivers know together.</summary>
    private sealed class Ledger
    {
        // Of each record, since when its last receiver has asked for it, if it said nothing about it yet.
        private readonly Dictionary<long, (string Token, DateTimeOffset AskedAt)> _holders = [];
        private readonly HashSet<long> _accepted = [];

        public List<string> Faults { get; } = [];

        public HashSet<long> Done { get; } = [];

        public void Received(ReceivedRecord record, DateTimeOffset askedAt, DateTimeOffset now)
        {
            var offset = record.Record.Offset;
            if (_holders.TryGetValue(offset, out var holder)
                && now < holder.AskedAt + QueueWords.Settings.LockDuration)
            {
                Faults.Add($"{offset} is held since {holder.AskedAt} or later, and given again at {now}.");
            }

            if (_accepted.Contains(offset))
            {
                Faults.Add($"{offset} was accepted, and is given again.");
            }

            _holders[offset] = (record.LockToken, askedAt);
        }

        public void Says(ReceivedRecord record) => _holders.Remove(record.Record.Offset);

        public void Accepted(ReceivedRecord record)
        {
            Done.Add(record.Record.Offset);
            if (!_accepted.Add(record.Record.Offset))
            {
                Faults.Add($"{record.Record.Offset} was accepted twice.");
            }
        }

        public void MaybeAccepted(ReceivedRecord record) => Done.Add(record.Record.Offset);
    }

    private sealed class Receiver(QueueWorld world, QueueNode node, Ledger ledger, Random random)
    {
        public async ValueTask<bool> RunAsync(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var record in await ReceiveAsync(TimeSpan.FromSeconds(random.Next(8))))
                {
                    // One in five never comes back; one in five comes back when its lock has ended.
                    var fate = random.Next(5);
                    if (fate > 0)
                    {
                        await world.DelayAsync(TimeSpan.FromSeconds(fate == 1 ? 45 : random.Next(2)));
                        await SayAsync(record);
                    }
                }
            }

            return true;
        }

        public async ValueTask<bool> DrainAsync()
        {
            for (var empty = 0; empty < 3;)
            {
                var records = await ReceiveAsync(TimeSpan.FromSeconds(40));
                empty = records.Count == 0 ? empty + 1 : 0;
                foreach (var record in records)
                {
                    await SayAsync(record, accepts: true);
                }
            }

            return true;
        }

        private async ValueTask<IReadOnlyList<ReceivedRecord>> ReceiveAsync(TimeSpan wait)
        {
            var askedAt = world.Now;
            try
            {
                var outcome = await node.Queues.ReceiveAsync(
                    world.Queue, new ReceiveRequest(4, 1_000, wait, null), CancellationToken.None);
                var records = Assert.IsType<ReceiveOutcome.Received>(outcome).Records;
                foreach (var record in records)
                {
                    ledger.Received(record, askedAt, world.Now);
                }

                return records;
            }
            catch (Exception fault) when (fault is StorageUnavailableException or StorageOutcomeUnknownException)
            {
                return [];
            }
        }

        private async ValueTask SayAsync(ReceivedRecord record, bool accepts = false)
        {
            accepts |= random.Next(3) > 0;
            Acknowledgement word = accepts ? new Acknowledgement.Accept() : new Acknowledgement.Release(TimeSpan.Zero);
            ledger.Says(record);
            try
            {
                var outcome = await node.Queues.AcknowledgeAsync(
                    world.Queue, [record.LockToken], word, memory: null, CancellationToken.None);
                var failure = Assert.Single(Assert.IsType<AcknowledgeOutcome.Done>(outcome).Tokens).Failure;
                Assert.True(failure is null or TokenFailure.InvalidRecordState, $"{failure}");
                if (accepts && failure is null)
                {
                    ledger.Accepted(record);
                }
            }
            catch (StorageOutcomeUnknownException)
            {
                if (accepts)
                {
                    ledger.MaybeAccepted(record);
                }
            }
            catch (StorageUnavailableException)
            {
                // Nothing was done: the record comes again when its lock ends.
            }
        }
    }
}
