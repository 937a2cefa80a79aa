using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Sends streams of lines to all partitions; every record of a stream is a send of its own.</summary>
internal sealed class LineProducer
{
    private const int LinesMax = 200;

    private readonly ChaosClient _client;

    // The sends of the current stream that have no answer yet, by partition, in their order.
    private readonly Queue<int>[] _open;

    private LineProducer(ChaosClient client)
    {
        _client = client;
        _open = [.. Enumerable.Range(0, client.Run.Partitions).Select(static _ => new Queue<int>())];
    }

    /// <summary>Sends until producing ends.</summary>
    public static async Task RunAsync(ChaosClient client)
    {
        var producer = new LineProducer(client);
        while (!client.Run.ProducingEnds.IsCancellationRequested)
        {
            await producer.StreamAsync();
        }
    }

    private async Task StreamAsync()
    {
        var lines = await DrawAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"/api/v1/topics/{ChaosRun.TopicName}/records?envelope=true");
        request.Content = new StringContent(lines, Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        var reply = await _client.SendAsync(request);
        var rest = reply is Reply.Received received ? Take(received) : SendAnswers.OfUnsuccessful(reply);
        Settle(rest);
        if (rest is Answer.Unknown)
        {
            _client.ComeBackAsAnother();
        }
    }

    private async Task<string> DrawAsync()
    {
        var lines = new StringBuilder();
        foreach (var value in _client.Run.NextValues(1 + _client.Random.Next(LinesMax)))
        {
            var partition = _client.Random.Next(_client.Run.Partitions);
            var line = new { partition, value = RecordTexts.Of(value, _client.Random) };
            lines.Append(JsonSerializer.Serialize(line)).Append('\n');
            _open[partition].Enqueue(await _client.InvokeAsync(
                new Request.Send(_client.Run.PartitionOf(partition), [value], SendIdentity.None) { Ordered = true }));
        }

        return lines.ToString();
    }

    // What the lines of the answer say of each batch, and what its end says of the records that no line names.
    private Answer Take(Reply.Received received)
    {
        foreach (var line in received.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var json = JsonElement.Parse(line);
            if (json.TryGetProperty("base_offset", out var offset))
            {
                Acknowledge(_open[json.GetProperty("partition").GetInt32()], offset.GetInt64(), json);
            }
            else if (json.TryGetProperty("problem", out var problem) || json.TryGetProperty("side_effects", out _))
            {
                return OfProblem(problem.ValueKind == JsonValueKind.Object ? problem : json);
            }
            else if (json.TryGetProperty("partitions", out _))
            {
                return AllAcknowledged(received);
            }
        }

        return new Answer.Unknown("The answer ended early.");
    }

    private void Acknowledge(Queue<int> open, long baseOffset, JsonElement line)
    {
        for (var record = 0; record < line.GetProperty("records").GetInt32(); record++)
        {
            _client.Complete(open.Dequeue(), Answer.Sent.At(baseOffset + record, 1, duplicate: false));
        }
    }

    private Answer.Done AllAcknowledged(Reply.Received received)
    {
        if (_open.Any(static open => open.Count > 0))
        {
            _client.Run.Surprises.Enqueue($"A stream ended well before all its records were acknowledged: {received}");
        }

        return new Answer.Done();
    }

    private static Answer OfProblem(JsonElement problem) =>
        problem.GetProperty("side_effects").GetString() is "none" or "applied"
            ? new Answer.Failed(Refusal.Other, -1, problem.GetRawText())
            : new Answer.Unknown(problem.GetRawText());

    private void Settle(Answer rest)
    {
        foreach (var open in _open)
        {
            while (open.TryDequeue(out var operation))
            {
                _client.Complete(operation, rest);
            }
        }
    }
}
