using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>Several nodes over one store, of which one after the other is killed and started again.</summary>
internal sealed class NodeRing
{
    private readonly Place _place;
    private readonly string[] _arguments;
    private readonly HostProcess[] _nodes;
    private int _turn;

    private NodeRing(Place place, string[] arguments, HostProcess[] nodes)
    {
        _place = place;
        _arguments = arguments;
        _nodes = nodes;
    }

    /// <summary>How many nodes were killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Starts the nodes.</summary>
    public static async Task<NodeRing> StartAsync(Place place, int count, params string[] arguments)
    {
        var nodes = new HostProcess[count];
        for (var index = 0; index < count; index++)
        {
            nodes[index] = await place.StartNodeAsync(arguments);
        }

        return new NodeRing(place, arguments, nodes);
    }

    /// <summary>A node: another one each time, whether it lives or not.</summary>
    public HttpClient Next() => Volatile.Read(ref _nodes[(uint)Interlocked.Increment(ref _turn) % _nodes.Length]).Client;

    /// <summary>Kills the next node in turn with kill -9, and starts another in its place.</summary>
    public async Task KillNextAsync()
    {
        var index = Kills % _nodes.Length;
        await _nodes[index].KillAsync();
        Kills++;
        Volatile.Write(ref _nodes[index], await _place.StartNodeAsync(_arguments));
    }
}
