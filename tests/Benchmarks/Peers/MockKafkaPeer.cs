using System.Diagnostics;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Peers;

/// <summary>A Kafka client against a broker that stores nothing: the most that such a client can do here.</summary>
internal sealed partial class MockKafkaPeer : IPeer
{
    private static readonly TopicPartition Partition = new("bench", 0);

    private readonly ServerProcess _server;
    private readonly IProducer<Null, byte[]> _batches;
    private readonly IProducer<Null, byte[]> _singles;
    private readonly Message<Null, byte[]>[] _messages =
        [.. Values.OfBatch.Select(static value => new Message<Null, byte[]> { Value = value })];

    private MockKafkaReader? _reader;

    private MockKafkaPeer(ServerProcess server)
    {
        _server = server;
        (_batches, _singles) = (Producer(lingerMilliseconds: 5), Producer(lingerMilliseconds: 0));
        const string Name = "Kafka client, librdkafka's mock broker";
        const string Durability = "in memory only";
        Loads =
        [
            new(Name, Durability, PeerLoadKind.Batches, window =>
                Senders.RunAsync(Senders.OfBatches, window, _ => BatchAsync(Partition))),
            new(Name, Durability, PeerLoadKind.Single, window =>
                Senders.RunAsync(Senders.OfOne, window, _ => OneAsync())),
            new($"{Name}, reading", "the last 5 MiB, which it keeps; no commits", PeerLoadKind.Reading, ReadAsync),
        ];
    }

    public TimeSpan ProcessorTime => _server.ProcessorTime;

    public long MemoryBytesMax => _server.MemoryBytesMax;

    public IReadOnlyList<PeerLoad> Loads { get; }

    /// <summary>Starts it; it has no files.</summary>
    public static async Task<IPeer> StartAsync(string folder) => new MockKafkaPeer(await ServerProcess.StartAsync(
        new ProcessStartInfo(Environment.ProcessPath!, [MockBroker.Command]), StartLine));

    public void ForgetMemoryPeak() => _server.ForgetMemoryPeak();

    public async Task StoreAsync()
    {
        await Stored.FillAsync(() => BatchAsync(MockKafkaReader.Partition));
        _reader = new MockKafkaReader(_server.Address.Authority);
    }

    public async ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _batches.Dispose();
        _singles.Dispose();
        await _server.DisposeAsync();
    }

    private IProducer<Null, byte[]> Producer(double lingerMilliseconds) =>
        new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = _server.Address.Authority,
            Acks = Acks.All,
            LingerMs = lingerMilliseconds,
            BatchSize = 1_000_000,
        }).Build();

    private async Task<int> BatchAsync(TopicPartition partition)
    {
        var missing = _messages.Length;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var message in _messages)
        {
            _batches.Produce(partition, message, report =>
            {
                if (report.Error.IsError)
                {
                    all.TrySetException(new KafkaException(report.Error));
                }
                else if (Interlocked.Decrement(ref missing) == 0)
                {
                    all.TrySetResult();
                }
            });
        }

        await all.Task;
        return _messages.Length;
    }

    // The client blocks the thread that reads.
    private Task<long> ReadAsync(TimeSpan window) => Task.Factory.StartNew(
        () => _reader!.Read(window), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task<int> OneAsync()
    {
        await _singles.ProduceAsync(Partition, _messages[0]);
        return 1;
    }

    [GeneratedRegex(@"^Mock broker listens on (?<address>kafka://\S+)$")]
    private static partial Regex StartLine { get; }
}
