using System.Globalization;
using Serverless.Azurite;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Storage;

namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>A container and a table in Azurite; every node reaches them through fault proxies of its own.</summary>
internal sealed class AzuriteChaosStore : IChaosStore
{
    // Azure's default of 250 ms spaces what costs money; here it would only make the run longer.
    private const int AppendIntervalMilliseconds = 20;

    private readonly List<FaultProxy> _proxies = [];
    private readonly List<SeededFaults> _faults = [];
    private readonly List<string> _connections = [];
    private readonly AzureStores _stores;
    private readonly string _name;

    private AzuriteChaosStore(AzuriteServer server, string name)
    {
        _name = name;
        _stores = AzureStores.Create(
            new AzureStorageOptions { ConnectionString = server.ConnectionString, Container = name, Table = name },
            TimeProvider.System);
    }

    public IReadOnlyList<SeededFaults> Faults => _faults;

    public ISegmentStore Segments => _stores.Segments;

    public ITableStore Tables => _stores.Rows;

    /// <summary>Builds the store and the proxies in front of it.</summary>
    /// <param name="azurite">The server; stays with the caller.</param>
    /// <param name="nodes">How many nodes there will be.</param>
    /// <param name="random">Draws the faults of each proxy.</param>
    public static async Task<AzuriteChaosStore> CreateAsync(SharedAzurite azurite, int nodes, Random random)
    {
        var server = await azurite.StartedAsync();
        var store = new AzuriteChaosStore(server, azurite.UniqueName());
        await store._stores.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        for (var node = 0; node < nodes; node++)
        {
            var faults = new SeededFaults(random.Next());
            var (blobs, tables) = (new FaultProxy(server.BlobEndpoint), new FaultProxy(server.TableEndpoint));
            blobs.Choose(faults.Next);
            tables.Choose(faults.Next);
            store._faults.Add(faults);
            store._proxies.AddRange([blobs, tables]);
            store._connections.Add(server.ConnectionStringVia(blobs.Address, tables.Address));
        }

        return store;
    }

    public string[] ArgumentsOf(int node) =>
    [
        "--storage", "azure", "--connection", _connections[node], "--container", _name, "--table", _name,
        "--anonymous", "all", "--append-interval-ms", AppendIntervalMilliseconds.ToString(CultureInfo.InvariantCulture),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
