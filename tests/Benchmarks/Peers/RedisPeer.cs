using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Serverless.Benchmarks.Peers;

/// <summary>Redis Streams with an append-only file; the data itself stay in memory.</summary>
internal sealed class RedisPeer : IPeer
{
    /// <summary>The server.</summary>
    public const string Executable = "/usr/bin/redis-server";

    /// <summary>The setting appendfsync that syncs before it acknowledges; how that is set changes no read.</summary>
    public const string Always = "always";

    private static readonly RedisKey Key = "bench";
    private static readonly RedisValue Field = "d";

    private readonly Daemon _daemon;
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly RedisValue[] _values = [.. Values.OfBatch.Select(static value => (RedisValue)value)];

    private RedisPeer(Daemon daemon, ConnectionMultiplexer connection, string sync)
    {
        (_daemon, _connection, _database) = (daemon, connection, connection.GetDatabase());
        var name = NameOf(sync);
        var durability = sync == Always ? "synced" : "in the page cache; synced every second";
        Loads =
        [
            new(name, durability, PeerLoadKind.Batches, window =>
                Senders.RunAsync(Senders.OfBatches, window, _ => BatchAsync(Key))),
            new(name, durability, PeerLoadKind.Single, window =>
                Senders.RunAsync(Senders.OfOne, window, _ => OneAsync())),
            .. sync == Always
                ? (IEnumerable<PeerLoad>)
                [
                    new($"{name}, reading", "XREAD COUNT 1000 behind the last id", PeerLoadKind.Reading, window =>
                        Stored.ReadAsync(window, ReadAsync)),
                ]
                : [],
        ];
    }

    public TimeSpan ProcessorTime => _daemon.ProcessorTime;

    public long MemoryBytesMax => _daemon.MemoryBytesMax;

    public IReadOnlyList<PeerLoad> Loads { get; }

    /// <summary>Its name in the report.</summary>
    /// <param name="sync">The setting appendfsync.</param>
    public static string NameOf(string sync) => $"Redis Streams, appendfsync {sync}";

    /// <summary>Starts it with its files in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sync">The setting appendfsync.</param>
    public static async Task<IPeer> StartAsync(string folder, string sync)
    {
        var port = Daemon.FreePort();
        var start = new ProcessStartInfo(
            Executable,
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder,
                "--save", "", "--appendonly", "yes", "--appendfsync", sync, "--auto-aof-rewrite-percentage", "0",
            ]);
        var daemon = await Daemon.StartAsync(start, port);
        try
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
            return new RedisPeer(daemon, connection, sync);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public void ForgetMemoryPeak() => _daemon.ForgetMemoryPeak();

    public Task StoreAsync() => Stored.FillAsync(() => BatchAsync(Stored.Name));

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    // The client sends commands in one pipeline as long as nobody waits for an answer between them.
    private async Task<int> BatchAsync(RedisKey key)
    {
        await Task.WhenAll(_values.Select(value => _database.StreamAddAsync(key, Field, value)));
        return _values.Length;
    }

    private async Task<int> OneAsync()
    {
        await _database.StreamAddAsync(Key, Field, _values[0]);
        return 1;
    }

    private async Task ReadAsync(Tally tally)
    {
        RedisValue last = "0-0";
        while (!tally.IsDone)
        {
            var entries = await _database.StreamReadAsync(Stored.Name, last, Senders.BatchRecords);
            foreach (var entry in entries)
            {
                tally.Add(((ReadOnlyMemory<byte>)entry.Values[0].Value).Span);
            }

            last = entries[^1].Id;
        }
    }
}
