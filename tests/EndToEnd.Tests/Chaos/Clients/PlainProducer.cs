using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Sends records that the log cannot recognise, one request at a time.</summary>
internal static class PlainProducer
{
    private const int RecordsMax = 20;

    /// <summary>Sends until producing ends.</summary>
    /// <param name="client">The client.</param>
    /// <param name="api">The API to speak.</param>
    public static async Task RunAsync(ChaosClient client, ProduceApi api)
    {
        while (!client.Run.ProducingEnds.IsCancellationRequested)
        {
            await SendAsync(client, api);
        }
    }

    private static async Task SendAsync(ChaosClient client, ProduceApi api)
    {
        var partition = client.Random.Next(client.Run.Partitions);
        var values = client.Run.NextValues(1 + client.Random.Next(RecordsMax));
        var texts = RecordTexts.Of(values, client.Random);
        using var request = ProduceRequests.Of(api, client.Run, partition, texts);
        var operation = await client.InvokeAsync(
            new Request.Send(client.Run.PartitionOf(partition), [.. values], SendIdentity.None) { Ordered = true });
        var reply = await client.SendAsync(request);
        var answer = SendAnswers.Of(api, reply, values.Length);
        client.Complete(operation, answer);
        if (answer is Answer.Unknown)
        {
            client.ComeBackAsAnother();
        }
    }
}
