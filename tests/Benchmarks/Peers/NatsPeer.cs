using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Serverless.Benchmarks.Peers;

/// <summary>NATS JetStream: one stream in files, acknowledged message by message.</summary>
internal sealed class NatsPeer : IPeer
{
    /// <summary>The server.</summary>
    public const string Executable = "/usr/sbin/nats-server";

    /// <summary>Its name in the report.</summary>
    public const string Name = "NATS JetStream";

    private const string Subject = "bench";

    private readonly Daemon _daemon;
    private readonly NatsConnection _connection;
    private readonly NatsJSContext _stream;
    private readonly byte[][] _values;

    private NatsPeer(Daemon daemon, NatsConnection connection)
    {
        (_daemon, _connection) = (daemon, connection);
        _stream = new NatsJSContext(connection);
        _values = Values.OfBatch;
        Loads =
        [
            new(Name, Synced, PeerLoadKind.Batches, window =>
                Senders.RunAsync(Senders.OfBatches, window, _ => BatchAsync(Subject))),
            new(Name, Synced, PeerLoadKind.Single, window =>
                Senders.RunAsync(Senders.OfOne, window, _ => OneAsync())),
            new($"{Name}, reading", "ordered pull consumer, no acks", PeerLoadKind.Reading, window =>
                Stored.ReadAsync(window, ReadAsync)),
        ];
    }

    public TimeSpan ProcessorTime => _daemon.ProcessorTime;

    public long MemoryBytesMax => _daemon.MemoryBytesMax;

    public IReadOnlyList<PeerLoad> Loads { get; }

    // What Debian carries is older than the setting sync_interval, by which later ones can sync before they answer.
    private static string Synced => "in the page cache; synced every 2 minutes";

    /// <summary>Starts it with its files in a folder.</summary>
    public static async Task<IPeer> StartAsync(string folder)
    {
        var port = Daemon.FreePort();
        var settings = Path.Combine(folder, "nats.conf");
        await File.WriteAllTextAsync(settings, string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            host: 127.0.0.1
            port: {{port}}
            jetstream { store_dir: "{{folder}}/nats", max_file: 20GB }
            """));
        var daemon = await Daemon.StartAsync(new ProcessStartInfo(Executable, ["-c", settings]), port);
        var connection = new NatsConnection(new NatsOpts
        {
            Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}"),
        });
        var peer = new NatsPeer(daemon, connection);
        try
        {
            await peer.CreateAsync(Subject);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public void ForgetMemoryPeak() => _daemon.ForgetMemoryPeak();

    public async Task StoreAsync()
    {
        await CreateAsync(Stored.Name);
        await Stored.FillAsync(() => BatchAsync(Stored.Name));
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    private async Task CreateAsync(string name) => await _stream.CreateStreamAsync(new StreamConfig(name, [name])
    {
        Storage = StreamConfigStorage.File,
    });

    private async Task<int> BatchAsync(string subject)
    {
        await Task.WhenAll(_values.Select(value => PublishAsync(subject, value)));
        return _values.Length;
    }

    private async Task<int> OneAsync()
    {
        await PublishAsync(Subject, _values[0]);
        return 1;
    }

    private async Task PublishAsync(string subject, byte[] value) =>
        (await _stream.PublishAsync(subject, value)).EnsureSuccess();

    private async Task ReadAsync(Tally tally)
    {
        var consumer = await _stream.CreateOrderedConsumerAsync(Stored.Name);
        var options = new NatsJSConsumeOpts { MaxMsgs = Senders.BatchRecords };
        await foreach (var message in consumer.ConsumeAsync<byte[]>(opts: options))
        {
            tally.Add(message.Data);
            if (tally.IsDone)
            {
                return;
            }
        }
    }
}
