using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Sends batches with sequences, up to five at the same time, each again and again to any node until it is
/// acknowledged. A named producer that comes back after a crash gets its id with a higher epoch; two with one name
/// fence each other. Some without a name raise their own epoch when they are out of order, without asking anyone
/// (KIP-360), and leave in doubt what they had sent.
/// </summary>
internal sealed class IdempotentProducer
{
    private const int InFlightMax = 5;

    // More than any outage lasts at the shortest pause; past it, something is wrong.
    private const int AttemptsMax = 2_000;

    private readonly SimulatedClient _client;
    private readonly SimulatedTopic _topic;
    private readonly int _partition;
    private readonly int _inFlight;
    private Answer.ProducerGranted _identity;
    private int _sequence;
    private readonly bool _raisesEpoch;
    private bool _isOutOfOrder;
    private bool _over;

    private IdempotentProducer(
        SimulatedClient client, SimulatedTopic topic, int partition, Answer.ProducerGranted identity, bool isNew)
    {
        (_client, _topic, _partition, _identity) = (client, topic, partition, identity);
        _inFlight = client.Random.Next(1, InFlightMax + 1);
        _raisesEpoch = isNew && client.Random.Fork("raises epoch", identity.ProducerId).Chance(0.3);

        // Sequences wrap at 2^31, and a producer that no partition knows may begin anywhere; a new epoch begins at 0.
        _sequence = isNew && client.Random.Chance(0.2) ? int.MaxValue - client.Random.Next(20) : 0;
    }

    public static async Task RunAsync(SimulatedClient client)
    {
        var name = client.Random.NextDouble() switch
        {
            < 0.4 => null,
            < 0.8 => $"producer{client.Seat}",
            _ => "shared producer",
        };
        while (client.TakeTurn())
        {
            if (await InitAsync(client, name) is Answer.ProducerGranted identity
                && client.PickPartition() is var (topic, partition))
            {
                await new IdempotentProducer(client, topic, partition, identity, isNew: name is null).SendAsync(name);
            }

            await client.ThinkAsync();
        }
    }

    private static Task<Answer> InitAsync(SimulatedClient client, string? name) => client.AskAsync(
        new Request.InitProducer(name),
        (node, cancelled) => NodeRequests.InitProducerAsync(node, NameOf(name), cancelled));

    private static ProducerName? NameOf(string? text) => text is null
        ? null
        : ProducerName.TryParse(text, out var name, out var problem)
            ? name
            : throw new ArgumentException(problem, nameof(text));

    private async Task SendAsync(string? name)
    {
        // A partition that does not know the producer takes any sequence, so the first batch must arrive first.
        var (sending, alone) = (new Queue<Task>(), true);
        while (!_over && _client.TakeTurn())
        {
            var values = _client.NextValues();
            sending.Enqueue(SendUntilKnownAsync(values, _sequence));
            _sequence = SequenceNumber.After(_sequence, values.Length);
            for (; sending.Count >= _inFlight || alone; alone = false)
            {
                await sending.Dequeue();
            }

            await _client.ThinkAsync();
            if (_isOutOfOrder)
            {
                await Task.WhenAll(sending);
                RaiseEpoch();
                (sending, alone) = (new Queue<Task>(), true);
            }

            if (name is not null && _client.Random.Chance(0.02))
            {
                await Task.WhenAll(sending);
                await BumpAsync(name);
                (sending, alone) = (new Queue<Task>(), true);
            }
        }

        await Task.WhenAll(sending);
    }

    private async Task SendUntilKnownAsync(long[] values, int sequence)
    {
        var identity = new SendIdentity.Sequenced(_identity.ProducerId, _identity.Epoch, sequence);
        var (request, at) = (
            new Request.Send(_topic.Partition(_partition), [.. values], identity) { Ordered = _inFlight == 1 },
            _client.Around.Scheduler.Now);
        for (var attempt = 0; !_over && !_isOutOfOrder && attempt < AttemptsMax; attempt++)
        {
            var batch = _client.BatchOf(values, at, identity);
            var answer = await _client.AskAsync(
                request, (node, cancelled) => NodeRequests.AppendAsync(node, _topic, _partition, batch, cancelled));
            if (answer is Answer.Sent)
            {
                return;
            }

            // Everything else passes: storage comes back, and the batches in front of this one get there.
            _over |= answer is Answer.Failed
            {
                Reason: Refusal.InvalidProducerEpoch or Refusal.UnknownTopicOrPartition,
            };
            _isOutOfOrder |= _raisesEpoch && answer is Answer.Failed { Reason: Refusal.OutOfOrderSequence };
            await _client.Process.Delay(_client.Random.Milliseconds(5, 50 + (attempt * 20)));
        }

        if (!_over && !_isOutOfOrder)
        {
            _client.Around.Report(new InvalidOperationException(
                $"{identity} was not acknowledged in {AttemptsMax} attempts."));
        }
    }

    // New values only: to send those in doubt again under another epoch would be to store them twice.
    private void RaiseEpoch() => (_identity, _sequence, _isOutOfOrder) =
        (_identity with { Epoch = (short)(_identity.Epoch + 1) }, 0, false);

    private async Task BumpAsync(string name)
    {
        if (await InitAsync(_client, name) is Answer.ProducerGranted identity)
        {
            (_identity, _sequence) = (identity, 0);
        }
        else
        {
            // Another epoch may have been given out, and so this one be stale.
            _over = true;
        }
    }
}
