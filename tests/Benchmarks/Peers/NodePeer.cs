using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Peers;

/// <summary>This project's node over its embedded store, with the load client of the HTTP benchmark.</summary>
internal sealed class NodePeer : IPeer
{
    /// <summary>The name of NDJSON in the report.</summary>
    public const string Lines = $"this node, {ProduceScenarios.Ndjson}";

    /// <summary>The name of single records in the report.</summary>
    public const string One = "this node, native JSON";

    /// <summary>The name of lines that are read in the report.</summary>
    public const string ReadLines = "this node, reading NDJSON, 1,000 a page";

    /// <summary>The name of batches that are read in the report.</summary>
    public const string ReadBatches = "this node, reading raw batches, 1,000 records a page";

    /// <summary>The name of larger pages of batches that are read in the report.</summary>
    public const string ReadLargePages = "this node, reading raw batches, 1 MiB a page";

    private const string Raw = $"this node, {ProduceScenarios.Raw}";
    private const string Synced = "synced";

    private readonly HostProcess _node;

    private NodePeer(HostProcess node, IReadOnlyList<PeerLoad> loads) => (_node, Loads) = (node, loads);

    public TimeSpan ProcessorTime => _node.ProcessorTime;

    public long MemoryBytesMax => _node.Server.MemoryBytesMax;

    public IReadOnlyList<PeerLoad> Loads { get; }

    /// <summary>Starts it with its store in a folder.</summary>
    public static async Task<IPeer> StartAsync(string folder)
    {
        var node = await HostProcess.StartAsync(folder);
        try
        {
            await node.CreateTopicAsync(ProduceScenarios.Topic, partitions: 1);
            return new NodePeer(node,
            [
                Load(node, Lines, ProduceScenarios.Lines(), Senders.OfBatches),
                Load(node, Raw, ProduceScenarios.Batch(), Senders.OfBatches),
                Load(node, One, ProduceScenarios.OneRecord(), Senders.OfOne),
                Reading(ReadLines, NodeReader.OfLines(node.Server.Address)),
                Reading(ReadBatches, NodeReader.OfSingleBatches(node.Server.Address)),
                Reading(ReadLargePages, NodeReader.OfBatches(node.Server.Address)),
            ]);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public void ForgetMemoryPeak() => _node.Server.ForgetMemoryPeak();

    public async Task StoreAsync()
    {
        await _node.CreateTopicAsync(Stored.Name, partitions: 1);
        using var connection = new LoadConnection(_node.Server.Address);
        var request = ProduceScenarios.Batch(Stored.Name);
        await Stored.FillAsync(() => connection.Ask(request) is { Status: 200 }
            ? Task.CompletedTask
            : throw new InvalidOperationException("The node refused a batch."));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static PeerLoad Load(HostProcess node, string name, PreparedRequest request, int clients)
    {
        PreparedRequest[][] requests = [.. Enumerable.Repeat<PreparedRequest[]>([request], clients)];
        return new PeerLoad(
            name, Synced, request.Records > 1 ? PeerLoadKind.Batches : PeerLoadKind.Single, window =>
                Task.FromResult(HttpLoad.Run(node.Server, requests, window).Records));
    }

    private static PeerLoad Reading(string name, NodeReader reader) => new(
        name, "asks for the next offset", PeerLoadKind.Reading, window => Stored.ReadAsync(window, reader.ReadAsync));
}
