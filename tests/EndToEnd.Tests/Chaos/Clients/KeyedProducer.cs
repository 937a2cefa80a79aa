using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Gives each request an idempotency key, and repeats it on any node until it is answered, and sometimes once
/// more.</summary>
internal static class KeyedProducer
{
    private const string Header = "Idempotency-Key";
    private const int RecordsMax = 10;
    private const int OnceMoreOneIn = 5;

    /// <summary>Sends until producing ends.</summary>
    /// <param name="client">The client.</param>
    /// <param name="api">The API to speak.</param>
    public static async Task RunAsync(ChaosClient client, ProduceApi api)
    {
        for (var number = 0; !client.Run.ProducingEnds.IsCancellationRequested; number++)
        {
            var key = new UInt128((ulong)client.Process, (ulong)number);
            var partition = client.Random.Next(client.Run.Partitions);
            var values = client.Run.NextValues(1 + client.Random.Next(RecordsMax));
            var texts = RecordTexts.Of(values, client.Random);
            do
            {
                await SendUntilAnsweredAsync(client, api, key, partition, values, texts);
            }
            while (client.Random.Next(OnceMoreOneIn) == 0);
        }
    }

    private static async Task SendUntilAnsweredAsync(
        ChaosClient client, ProduceApi api, UInt128 key, int partition, long[] values, string[] texts)
    {
        Answer answer;
        do
        {
            using var request = ProduceRequests.Of(api, client.Run, partition, texts);
            var operation = await client.InvokeAsync(new Request.Send(
                client.Run.PartitionOf(partition), [.. values], new SendIdentity.Keyed(key, FirstOrdinal: 0)));
            var reply = await client.SendAsync(request.With(Header, key.ToString("x")));
            answer = SendAnswers.Of(api, reply, values.Length);
            client.Complete(operation, answer);
        }
        while (answer is not Answer.Sent);
    }
}
