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
            ]);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static PeerLoad Load(HostProcess node, string name, PreparedRequest request, int clients)
    {
        PreparedRequest[][] requests = [.. Enumerable.Repeat<PreparedRequest[]>([request], clients)];
        return new PeerLoad(name, Synced, request.Records > 1, window =>
            Task.FromResult(HttpLoad.Run(node.Server, requests, window).Records));
    }
}
