using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>One embedded file, which all nodes have open at the same time.</summary>
internal sealed class EmbeddedChaosStore : IChaosStore
{
    private readonly ScratchFolder _folder = new();
    private readonly EmbeddedDatabase _database;

    public EmbeddedChaosStore()
    {
        _database = new EmbeddedDatabase(_folder.Path, TimeProvider.System);
        Segments = new EmbeddedSegmentStore(_database);
        Tables = new EmbeddedTableStore(_database);
    }

    public IReadOnlyList<SeededFaults> Faults => [];

    public ISegmentStore Segments { get; }

    public ITableStore Tables { get; }

    public string[] ArgumentsOf(int node) => ["--data", _folder.Path];

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
