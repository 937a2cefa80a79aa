using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The engine of one node: the logs and topics over an opened store.</summary>
internal sealed class Node : IAsyncDisposable
{
    /// <summary>Builds the engine; touches no storage.</summary>
    /// <param name="storage">The opened store; stays with the caller, who closes it after the node.</param>
    /// <param name="settings">The checked settings.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public Node(NodeStorage storage, HostSettings settings, TimeProvider time, Random random)
    {
        Storage = storage;
        Identity = new NodeIdentity(DrawId(random), settings.Address);
        Tables = new BoundedTableStore(storage.Tables, Meters, time);
        // Each account by itself: one that is silent does not keep the others from being asked.
        var segments = new SpreadSegmentStore(
            [.. storage.Accounts.Select(account => account with
            {
                Store = new BoundedSegmentStore(account.Store, Meters, time, account.Name),
            })]);
        var limits = settings.Log with { SegmentAccounts = storage.AccountsOfNewSegments };
        Log = new EventLog(segments, Tables, Codecs, Identity, limits, Meters, time, random);
        Topics = new TopicCatalog(Tables, Log.DeleteLogsAsync, settings.Topics, time, random);
        Keeper = new Keeper(Log, Topics, new KeeperSettings());
        Costs = new TopicCostReader(Tables, Log, Meters, settings.Prices, time);
        Meters.Gauges.Node = () => Log.Gauges;
    }

    /// <summary>The opened store.</summary>
    public NodeStorage Storage { get; }

    /// <summary>Who this node is.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The node's id as the start line shows it: 32 hexadecimal digits.</summary>
    public string Id => Identity.Id.ToString();

    /// <summary>The codecs of record batches.</summary>
    public ICompression Codecs { get; } = new Codecs();

    /// <summary>The table store, with a limit on every call and every call counted.</summary>
    public ITableStore Tables { get; }

    /// <summary>The logs.</summary>
    public EventLog Log { get; }

    /// <summary>The topics.</summary>
    public TopicCatalog Topics { get; }

    /// <summary>The counters of the engine.</summary>
    public EngineMeters Meters { get; } = new();

    /// <summary>Keeps what topics promise to keep.</summary>
    public Keeper Keeper { get; }

    /// <summary>What topics cost.</summary>
    public TopicCostReader Costs { get; }

    /// <summary>
    /// Finishes appends in flight and gives the leases back, within <see cref="EventLogSettings.CloseTimeout"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Meters.Dispose();
    }

    private static Bits128 DrawId(Random random)
    {
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return Bits128.Read(bits);
    }
}
