using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>
/// The places for nodes, and who fills them: from none to all. When none is filled, the next request starts a node, as
/// a platform that scales to zero does.
/// </summary>
public sealed class Fleet
{
    private readonly NodeSurroundings _around;
    private readonly SimulatedProcess _network;
    private readonly SimulatedNode?[] _places;
    private readonly CallCounts[] _counts;
    private readonly SeededRandom _random;
    private readonly List<NodeIdentity> _identities = [];
    private Task<SimulatedNode>? _starting;

    /// <summary>Empty places.</summary>
    /// <param name="around">What the nodes are built over.</param>
    /// <param name="network">Whatever brings a node to life.</param>
    /// <param name="places">How many nodes can live at the same time.</param>
    public Fleet(NodeSurroundings around, SimulatedProcess network, int places)
    {
        _around = around;
        _network = network;
        _places = new SimulatedNode?[places];
        _counts = [.. Enumerable.Range(0, places).Select(static place => new CallCounts(place))];
        _random = around.Random.Fork("fleet");
    }

    /// <summary>How many lives of nodes there were.</summary>
    public int Lives => _identities.Count;

    /// <summary>How many places there are.</summary>
    public int Places => _places.Length;

    /// <summary>The nodes that live, frozen ones included.</summary>
    public IEnumerable<SimulatedNode> Living => _places.OfType<SimulatedNode>();

    /// <summary>The node at a place, if one lives there.</summary>
    public SimulatedNode? At(int place) => _places[place];

    /// <summary>Fills a place, unless it is filled.</summary>
    public SimulatedNode Start(int place)
    {
        if (_places[place] is { } living)
        {
            return living;
        }

        var life = _identities.Count;
        var identity = DrawIdentity(life);
        _identities.Add(identity);
        var node = new SimulatedNode(_around, place, life, identity, _counts[place]);
        node.Process.Note("start", number: (long)(identity.Id.High >> 1));
        _places[place] = node;
        return node;
    }

    /// <summary>Empties a place at once.</summary>
    public void Kill(int place)
    {
        _places[place]?.Kill();
        _places[place] = null;
    }

    /// <summary>Empties a place in order; no new request goes there from now on.</summary>
    public async Task StopAsync(int place)
    {
        if (_places[place] is { } node)
        {
            _places[place] = null;
            await node.StopAsync();
        }
    }

    /// <summary>The node that a request goes to: any living one; a new one when none lives.</summary>
    public Task<SimulatedNode> FindAsync(SeededRandom random)
    {
        var living = Living.ToList();
        return living.Count > 0 ? Task.FromResult(random.Pick([.. living])) : _starting ??= StartColdAsync();
    }

    private Task<SimulatedNode> StartColdAsync() => _network.Start(async () =>
    {
        await _network.Delay(_random.Milliseconds(400, 1_500));
        _starting = null;
        return Start(_random.Next(Places));
    });

    private NodeIdentity DrawIdentity(int life)
    {
        var draws = _around.Plan.Draws("start", life);
        if (life > 0 && draws.Chance(_around.Plan.Mix[FaultKind.SharedId])
            && _around.Plan.Inject(FaultKind.SharedId, "start", life))
        {
            return _identities[draws.Next(life)];
        }

        var id = new UInt128((ulong)draws.NextInt64(), (ulong)draws.NextInt64());
        return new NodeIdentity(id, $"http://node{life}");
    }
}
