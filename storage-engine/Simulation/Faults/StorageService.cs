using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>The segment service or the table service: where requests take effect, and how well it can be
/// reached.</summary>
/// <param name="process">Runs the effects; never frozen and never dead.</param>
/// <param name="places">How many places for nodes there are.</param>
public sealed class StorageService(SimulatedProcess process, int places)
{
    private readonly Weather[] _ways = new Weather[places];

    /// <summary>Runs the effects.</summary>
    public SimulatedProcess Process => process;

    /// <summary>How the service itself is.</summary>
    public Weather Own { get; set; }

    /// <summary>How a request from a node's place is treated now.</summary>
    public Weather At(int place) => Own == Weather.Fair ? _ways[place] : Own;

    /// <summary>Sets how the way from a node's place to the service is.</summary>
    public void SetWay(int place, Weather weather) => _ways[place] = weather;

    /// <summary>Makes everything reachable.</summary>
    public void Heal()
    {
        Own = Weather.Fair;
        Array.Clear(_ways);
    }
}
