using System.Globalization;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Appends exactly where it expects the end of the log to be, and nothing when that is elsewhere.</summary>
internal static class ConditionalProducer
{
    /// <summary>Sends until producing ends.</summary>
    public static async Task RunAsync(ChaosClient client)
    {
        var expected = new long[client.Run.Partitions];
        while (!client.Run.ProducingEnds.IsCancellationRequested)
        {
            var partition = client.Random.Next(expected.Length);
            expected[partition] = await SendAsync(client, partition, expected[partition]);
        }
    }

    // What it learns of the end is where it expects it the next time.
    private static async Task<long> SendAsync(ChaosClient client, int partition, long expected)
    {
        var values = client.Run.NextValues(1);
        using var request = ProduceRequests.Native(partition, RecordTexts.Of(values, client.Random))
            .With("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{expected}\""));
        var operation = await client.InvokeAsync(
            new Request.Send(client.Run.PartitionOf(partition), [.. values], SendIdentity.None)
            {
                NextOffset = expected,
                Ordered = true,
            });
        var answer = SendAnswers.OfNative(await client.SendAsync(request));
        client.Complete(operation, answer);
        if (answer is Answer.Unknown)
        {
            client.ComeBackAsAnother();
        }

        return answer switch
        {
            Answer.Sent sent => sent.Offsets[0] + 1,
            Answer.Failed { Reason: Refusal.NextOffsetMismatch, Actual: var actual } => actual,
            _ => expected,
        };
    }
}
