using System.Globalization;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>The nodes of a run, and the client through which everything reaches them.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private static readonly TimeSpan InstanceTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecheckInterval = TimeSpan.FromMilliseconds(300);

    private readonly ScratchFolder _folder = new();
    private readonly List<ChaosNode> _nodes = [];

    // A connection for each request: a pooled one that broke would let the client send a request twice on its own.
    private readonly SocketsHttpHandler _connections = new() { PooledConnectionLifetime = TimeSpan.Zero };

    /// <summary>Prepares the nodes; starts none.</summary>
    /// <param name="store">The store of all; stays with the caller.</param>
    /// <param name="nodes">How many.</param>
    public ChaosCluster(IChaosStore store, int nodes)
    {
        Client = new HttpClient(_connections) { Timeout = Timeout.InfiniteTimeSpan };
        for (var node = 0; node < nodes; node++)
        {
            _nodes.Add(new ChaosNode(_folder.Path, [.. store.ArgumentsOf(node), .. Settings]));
        }
    }

    /// <summary>How long a lease lasts: as short as the host takes it, so that freezes past it are short.</summary>
    public static TimeSpan LeaseDuration { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Reaches any node; every call needs a limit of its own.</summary>
    public HttpClient Client { get; }

    /// <summary>All nodes.</summary>
    public IReadOnlyList<ChaosNode> Nodes => _nodes;

    private static string[] Settings =>
    [
        "--lease-ms", Milliseconds(LeaseDuration),
        "--instance-timeout-ms", Milliseconds(InstanceTimeout),
        "--group-recheck-ms", Milliseconds(RecheckInterval),
    ];

    /// <summary>Starts every node that is not there.</summary>
    public Task StartAllAsync() => Task.WhenAll(_nodes.Select(static node => node.StartAsync()));

    /// <summary>Kills every node; what they had sent to the storage service is done at most a moment later.</summary>
    public Task KillAllAsync() => Task.WhenAll(_nodes.Select(static node => node.KillAsync()));

    /// <summary>A node that listens, also a frozen one; null when none does.</summary>
    public NodeLife? Pick(Random random)
    {
        NodeLife[] lives = [.. _nodes.Select(static node => node.Life).OfType<NodeLife>()];
        return lives.Length == 0 ? null : lives[random.Next(lives.Length)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _connections.Dispose();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string Milliseconds(TimeSpan span) =>
        span.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}
