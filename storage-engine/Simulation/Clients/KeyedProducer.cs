using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Sends requests with an idempotency key until they are acknowledged, to any node; another attempt may have other
/// borders of batches, and some requests are sent once more although they were acknowledged.
/// </summary>
internal sealed class KeyedProducer
{
    private const int AttemptsMax = 2_000;

    private readonly SimulatedClient _client;
    private readonly SimulatedTopic _topic;
    private readonly int _partition;
    private readonly UInt128 _request;
    private readonly long[] _values;
    private readonly long _at;
    private bool _over;

    private KeyedProducer(SimulatedClient client, SimulatedTopic topic, int partition)
    {
        (_client, _topic, _partition) = (client, topic, partition);
        _values = client.NextValues();
        _request = new UInt128((ulong)client.Random.NextInt64(), (ulong)_values[0]);
        _at = client.Around.Scheduler.Now;
    }

    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                var request = new KeyedProducer(client, topic, partition);
                await request.SendAsync(0, request._values.Length);
                if (client.Random.Chance(0.2))
                {
                    await client.ThinkAsync();
                    await request.SendAsync(0, request._values.Length);
                }
            }

            await client.ThinkAsync();
        }
    }

    private async Task SendAsync(int from, int count)
    {
        for (var attempt = 0; !_over && attempt < AttemptsMax; attempt++)
        {
            if (count > 1 && _client.Random.Chance(0.1))
            {
                await SendPartsAsync(from, count, _client.Random.Next(1, count));
                return;
            }

            switch (await TryAsync(from, count))
            {
                case Answer.Sent:
                    return;
                case Answer.Failed { Reason: Refusal.MustSplit } split:
                    await SendPartsAsync(from, count, (int)split.Actual);
                    return;
                case Answer.Failed { Reason: Refusal.UnknownTopicOrPartition }:
                    _over = true;
                    return;
            }

            await _client.Process.Delay(_client.Random.Milliseconds(5, 50 + (attempt * 20)));
        }

        if (!_over)
        {
            _client.Around.Report(new InvalidOperationException(
                $"Request {_request} was not acknowledged in {AttemptsMax} attempts."));
        }
    }

    private async Task SendPartsAsync(int from, int count, int first)
    {
        await SendAsync(from, first);
        await SendAsync(from + first, count - first);
    }

    private Task<Answer> TryAsync(int from, int count)
    {
        var values = _values[from..(from + count)];
        var batch = _client.BatchOf(values, _at);
        var conditions = AppendConditions.None with { Request = new RequestKey(_request, from) };
        return _client.AskAsync(
            new Request.Send(_topic.Partition(_partition), [.. values], new SendIdentity.Keyed(_request, from)),
            (node, cancelled) =>
                NodeRequests.AppendAsync(node, _topic, _partition, batch, conditions, cancelled));
    }
}
