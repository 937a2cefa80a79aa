using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Sends records that the log cannot recognise, through the native API or through REST Proxy v2, one request
/// at a time.</summary>
internal static class PlainProducer
{
    private const int RecordsMax = 20;

    /// <summary>Sends until producing ends.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isV2">Whether to speak REST Proxy v2.</param>
    public static async Task RunAsync(ChaosClient client, bool isV2)
    {
        while (!client.Run.ProducingEnds.IsCancellationRequested)
        {
            await SendAsync(client, isV2);
        }
    }

    private static async Task SendAsync(ChaosClient client, bool isV2)
    {
        var partition = client.Random.Next(client.Run.Partitions);
        var values = client.Run.NextValues(1 + client.Random.Next(RecordsMax));
        var texts = RecordTexts.Of(values, client.Random);
        using var request = isV2 ? ProduceRequests.V2(partition, texts) : ProduceRequests.Native(partition, texts);
        var operation = await client.InvokeAsync(
            new Request.Send(client.Run.PartitionOf(partition), [.. values], SendIdentity.None) { Ordered = true });
        var reply = await client.SendAsync(request);
        var answer = isV2 ? SendAnswers.OfV2(reply) : SendAnswers.OfNative(reply);
        client.Complete(operation, answer);
        if (answer is Answer.Unknown)
        {
            client.ComeBackAsAnother();
        }
    }
}
