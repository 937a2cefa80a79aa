using System.Net.Http.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>
/// An idempotent producer with a name: repeats each batch until it is answered, has several on the way at once, and
/// crashes now and then with all of them; its next life has a higher epoch.
/// </summary>
internal sealed class IdempotentProducer
{
    private const int RecordsMax = 10;
    private const int BatchesAtOnceMax = 3;
    private const int RoundsOfALifeMax = 30;
    private const int AttemptsBeforeCrashMax = 4;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private readonly ChaosClient _client;
    private readonly string _name;
    private readonly int[] _sequences;
    private long _id;
    private short _epoch;

    private IdempotentProducer(ChaosClient client, string name)
    {
        _client = client;
        _name = name;
        _sequences = new int[client.Run.Partitions];
    }

    private ChaosRun Run => _client.Run;

    /// <summary>Sends until producing ends.</summary>
    public static async Task RunAsync(ChaosClient client)
    {
        var name = $"producer-{client.Process}";
        while (!client.Run.ProducingEnds.IsCancellationRequested)
        {
            var life = new IdempotentProducer(client, name);
            await life.InitializeAsync();
            await life.LiveAsync(1 + client.Random.Next(RoundsOfALifeMax));
            client.ComeBackAsAnother();
        }
    }

    private async Task InitializeAsync()
    {
        while (true)
        {
            var operation = await _client.InvokeAsync(new Request.InitProducer(_name));
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/producers");
            request.Content = JsonContent.Create(new { name = _name });
            var reply = await _client.SendAsync(request);
            if (reply is Reply.Received { IsSuccess: true, Json: var json })
            {
                _id = json.GetProperty("producer_id").GetInt64();
                _epoch = json.GetProperty("producer_epoch").GetInt16();
                _client.Complete(operation, new Answer.ProducerGranted(_id, _epoch));
                return;
            }

            _client.Complete(operation, SendAnswers.OfUnsuccessful(reply));
        }
    }

    private async Task LiveAsync(int rounds)
    {
        for (var round = 0; round < rounds && !Run.ProducingEnds.IsCancellationRequested; round++)
        {
            // The last round of a life may be cut off with its batches on the way.
            var attemptsMax = round == rounds - 1 ? _client.Random.Next(AttemptsBeforeCrashMax) : int.MaxValue;
            var partition = _client.Random.Next(Run.Partitions);
            var batches = new List<Task>();
            for (var batch = DrawBatches(partition); batch > 0; batch--)
            {
                var values = Run.NextValues(1 + _client.Random.Next(RecordsMax));
                var identity = new SendIdentity.Sequenced(_id, _epoch, _sequences[partition]);
                batches.Add(SendAsync(_client.Alongside(), partition, values, identity, attemptsMax));
                _sequences[partition] += values.Length;
            }

            await Task.WhenAll(batches);
        }
    }

    // A producer that a partition does not know may begin anywhere, so nothing may overtake its first batch there.
    private int DrawBatches(int partition) =>
        _sequences[partition] == 0 ? 1 : 1 + _client.Random.Next(BatchesAtOnceMax);

    private static async Task SendAsync(
        ChaosClient client, int partition, long[] values, SendIdentity.Sequenced identity, int attemptsMax)
    {
        var texts = RecordTexts.Of(values, client.Random);
        for (var attempt = 0; attempt < attemptsMax; attempt++)
        {
            using var request = ProduceRequests.Native(partition, texts)
                .With("Producer-Id", identity.ProducerId)
                .With("Producer-Epoch", identity.Epoch)
                .With("Producer-Seq", identity.BaseSequence);
            var operation = await client.InvokeAsync(
                new Request.Send(client.Run.PartitionOf(partition), [.. values], identity) { Ordered = true });
            var answer = SendAnswers.OfNative(await client.SendAsync(request));
            client.Complete(operation, answer);
            if (answer is Answer.Sent)
            {
                return;
            }

            // A batch that overtook the one before it is refused until that one is there.
            await Task.Delay(RetryPause, TestContext.Current.CancellationToken);
        }
    }
}
