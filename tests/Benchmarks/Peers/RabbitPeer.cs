using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Serverless.Benchmarks.Peers;

/// <summary>RabbitMQ: a stream by AMQP with publisher confirms, and a durable queue by its HTTP interface.</summary>
internal sealed class RabbitPeer : IPeer
{
    /// <summary>The server's script; the one on the path changes the user and the folders.</summary>
    public const string Executable = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    /// <summary>Its stream's name in the report.</summary>
    public const string Stream = "RabbitMQ stream, AMQP 0.9.1";

    /// <summary>Its HTTP interface's name in the report.</summary>
    public const string HttpPublish = "RabbitMQ durable queue, HTTP publish";

    private const string StreamName = "bench-stream";
    private const string QueueName = "bench-queue";

    private static readonly BasicProperties Persistent = new() { Persistent = true };

    private readonly RabbitServer _server;
    private readonly IConnection _connection;
    private readonly List<IChannel> _channels = [];
    private readonly HttpClient _http;
    private readonly byte[][] _values = Values.OfBatch;

    private RabbitPeer(RabbitServer server, IConnection connection)
    {
        (_server, _connection) = (server, connection);
        _http = new HttpClient { BaseAddress = server.Http };
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        const string InCache = "in the page cache";
        Loads =
        [
            new(Stream, InCache, PeerLoadKind.Batches, window =>
                Senders.RunAsync(Senders.OfBatches, window, sender => BatchAsync(sender, StreamName))),
            new(Stream, InCache, PeerLoadKind.Single, window =>
                Senders.RunAsync(Senders.OfOne, window, OneAsync)),
            new(HttpPublish, "not told", PeerLoadKind.Single, window =>
                Senders.RunAsync(Senders.OfOne, window, _ => HttpAsync())),
            new($"{Stream}, reading", "prefetch of 1,000, an ack for each 500", PeerLoadKind.Reading, window =>
                Stored.ReadAsync(window, ReadAsync)),
        ];
    }

    public TimeSpan ProcessorTime => _server.Daemon.ProcessorTime;

    public long MemoryBytesMax => _server.Daemon.MemoryBytesMax;

    public IReadOnlyList<PeerLoad> Loads { get; }

    /// <summary>Starts it with its files in a folder.</summary>
    public static async Task<IPeer> StartAsync(string folder)
    {
        var server = await RabbitServer.StartAsync(folder);
        try
        {
            var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = server.AmqpPort };
            var peer = new RabbitPeer(server, await factory.CreateConnectionAsync());
            await peer.DeclareAsync();
            return peer;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public void ForgetMemoryPeak() => _server.Daemon.ForgetMemoryPeak();

    public async Task StoreAsync()
    {
        await DeclareStreamAsync(Stored.Name);
        await Stored.FillAsync(() => BatchAsync(0, Stored.Name));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        // The server's death ends the connection; closing it first would wait for the server.
        await _server.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task DeclareAsync()
    {
        // The client's own limit of unconfirmed messages is less than a batch.
        var options = new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        for (var number = 0; number < Senders.OfOne; number++)
        {
            _channels.Add(await _connection.CreateChannelAsync(options));
        }

        await DeclareStreamAsync(StreamName);
        await _channels[0].QueueDeclareAsync(QueueName, durable: true, exclusive: false, autoDelete: false);
    }

    private Task<QueueDeclareOk> DeclareStreamAsync(string name) => _channels[0].QueueDeclareAsync(
        name,
        durable: true,
        exclusive: false,
        autoDelete: false,
        new Dictionary<string, object?> { ["x-queue-type"] = "stream" });

    private async Task<int> BatchAsync(int sender, string stream)
    {
        await Task.WhenAll(_values.Select(value => PublishAsync(sender, stream, value)));
        return _values.Length;
    }

    private async Task<int> OneAsync(int sender)
    {
        await PublishAsync(sender, StreamName, _values[0]);
        return 1;
    }

    private Task PublishAsync(int sender, string stream, byte[] value) =>
        _channels[sender].BasicPublishAsync("", stream, mandatory: false, Persistent, value).AsTask();

    private async Task ReadAsync(Tally tally)
    {
        await using var channel = await _connection.CreateChannelAsync();
        await RabbitReader.ReadAsync(channel, tally);
    }

    private async Task<int> HttpAsync()
    {
        var body = new
        {
            properties = new { delivery_mode = 2 },
            routing_key = QueueName,
            payload = Encoding.UTF8.GetString(_values[0]),
            payload_encoding = "string",
        };
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        using var response = await _http.PostAsync(
            new Uri("/api/exchanges/%2F/amq.default/publish", UriKind.Relative), content);
        var answer = await response.Content.ReadAsStringAsync();
        return answer.Contains("true", StringComparison.Ordinal)
            ? 1
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"RabbitMQ answered {(int)response.StatusCode}: {answer}"));
    }
}
