using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Appends by compare-and-set: states the next offset that it knows, and, when it has fenced the partition, its token.
/// </summary>
internal sealed class ConditionalWriter
{
    private readonly SimulatedClient _client;
    private readonly SimulatedTopic _topic;
    private readonly int _partition;
    private long _next;
    private string? _token;
    private int _tokens;

    private ConditionalWriter(SimulatedClient client, SimulatedTopic topic, int partition) =>
        (_client, _topic, _partition) = (client, topic, partition);

    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                await new ConditionalWriter(client, topic, partition).WriteAsync();
            }

            await client.ThinkAsync();
        }
    }

    private async Task WriteAsync()
    {
        var fences = _client.Random.Chance(0.4);
        while (_client.TakeTurn())
        {
            var answer = fences && (_token is null || _client.Random.Chance(0.05))
                ? await FenceAsync()
                : await AppendAsync();
            switch (answer)
            {
                case Answer.Sent sent:
                    _next = sent.Offsets[^1] + 1;
                    break;
                case Answer.Fenced fenced:
                    _next = fenced.NextOffset;
                    break;
                case Answer.Failed { Reason: Refusal.NextOffsetMismatch } mismatch:
                    _next = mismatch.Actual;
                    break;
                case Answer.Failed { Reason: Refusal.FencingTokenMismatch }:
                    _token = null;
                    break;
                case Answer.Failed { Reason: Refusal.UnknownTopicOrPartition }:
                    return;
            }

            await _client.ThinkAsync();
        }
    }

    private Task<Answer> AppendAsync()
    {
        var values = _client.NextValues();
        var batch = _client.BatchOf(values);
        var conditions = new AppendConditions
        {
            NextOffset = _client.Random.Chance(0.8) ? _next : null,
            FencingToken = _token,
        };
        return _client.AskAsync(
            new Request.Send(_topic.Partition(_partition), [.. values], SendIdentity.None)
            {
                NextOffset = conditions.NextOffset,
                FencingToken = conditions.FencingToken,
            },
            (node, cancelled) =>
                NodeRequests.AppendAsync(node, _topic, _partition, batch, conditions, cancelled));
    }

    private Task<Answer> FenceAsync()
    {
        var conditions = new AppendConditions
        {
            NextOffset = _client.Random.Chance(0.2) ? _next : null,
            FencingToken = _client.Random.Chance(0.3) ? _token : null,
        };
        var token = _client.Random.Chance(0.05) ? "" : $"token{_client.Number}-{++_tokens}";
        _token = token;
        return _client.AskAsync(
            new Request.Fence(_topic.Partition(_partition), token)
            {
                NextOffset = conditions.NextOffset,
                FencingToken = conditions.FencingToken,
            },
            (node, cancelled) =>
                NodeRequests.FenceAsync(node, _topic, _partition, token, conditions, cancelled));
    }
}
