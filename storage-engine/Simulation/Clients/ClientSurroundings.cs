using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>What all clients of a world share.</summary>
/// <param name="Scheduler">Runs everything.</param>
/// <param name="Network">Carries what is between a client and a node; never frozen.</param>
/// <param name="Fleet">The nodes.</param>
/// <param name="Plan">The faults.</param>
/// <param name="History">What was asked and answered.</param>
/// <param name="Compression">The codecs.</param>
/// <param name="Workload">How clients behave.</param>
/// <param name="Random">Never drawn from, only forked.</param>
public sealed record ClientSurroundings(
    Scheduler Scheduler,
    SimulatedProcess Network,
    Fleet Fleet,
    FaultPlan Plan,
    History History,
    ICompression Compression,
    Workload Workload,
    SeededRandom Random)
{
    private readonly List<SimulatedTopic> _topics = [];
    private readonly List<Exception> _defects = [];
    private long _values;
    private int _clients;

    /// <summary>How many keys records have; 0 for records without keys.</summary>
    public int Keys { get; init; }

    /// <summary>The topics that live, as far as clients know.</summary>
    public IReadOnlyList<SimulatedTopic> Topics => _topics;

    /// <summary>What nodes threw that no caller can do anything about: each is a defect of the engine.</summary>
    public IReadOnlyList<Exception> Defects => _defects;

    /// <summary>A value that no record has yet.</summary>
    public long NextValue() => ++_values;

    /// <summary>A number that no client has yet.</summary>
    public int NextClient() => _clients++;

    /// <summary>Makes a topic known to clients.</summary>
    public void Add(SimulatedTopic topic) => _topics.Add(topic);

    /// <summary>Makes more partitions of a topic known to clients.</summary>
    public void Replace(SimulatedTopic topic, SimulatedTopic grown) => _topics[_topics.IndexOf(topic)] = grown;

    /// <summary>Makes clients forget a topic.</summary>
    public void Remove(SimulatedTopic topic) => _topics.Remove(topic);

    /// <summary>Remembers a defect.</summary>
    public void Report(Exception defect) => _defects.Add(defect);
}
