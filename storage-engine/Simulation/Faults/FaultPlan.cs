using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>
/// Decides which faults strike. Each decision follows from the seed and the place where it is taken, and from no other
/// decision, so that leaving one fault out changes the others as little as possible.
/// </summary>
/// <param name="seed">The seed of all decisions.</param>
/// <param name="mix">How often each kind strikes.</param>
/// <param name="selection">Which of them really do.</param>
public sealed class FaultPlan(ulong seed, FaultMix mix, FaultSelection selection)
{
    private readonly List<FaultId> _injected = [];

    /// <summary>How often each kind strikes.</summary>
    public FaultMix Mix => mix;

    /// <summary>The faults that struck, in order.</summary>
    public IReadOnlyList<FaultId> Injected => _injected;

    /// <summary>Whether faults may strike: not before the world is set up, nor once it has healed.</summary>
    public bool IsOn { get; private set; }

    /// <summary>From now on faults may begin.</summary>
    public void Begin() => IsOn = true;

    /// <summary>From now on no fault begins.</summary>
    public void Heal() => IsOn = false;

    /// <summary>The randomness that belongs to a chance of a fault.</summary>
    public SeededRandom Draws(string place, long count) => new(SeededRandom.Derive(seed, place, count));

    /// <summary>The fault, if any, that strikes a call.</summary>
    /// <param name="kinds">Those that could.</param>
    /// <param name="place">Where the call is made.</param>
    /// <param name="count">The how-manieth call there it is.</param>
    /// <param name="draws">Decides.</param>
    public FaultKind? Strike(
        ReadOnlySpan<FaultKind> kinds, string place, long count, SeededRandom draws)
    {
        var drawn = draws.NextDouble();
        foreach (var kind in kinds)
        {
            drawn -= mix[kind];
            if (drawn < 0)
            {
                return Inject(kind, place, count) ? kind : null;
            }
        }

        return null;
    }

    /// <summary>Whether a fault that was decided on may strike; it is counted when it does.</summary>
    public bool Inject(FaultKind kind, string place, long count)
    {
        var fault = new FaultId(kind, place, count);
        if (!IsOn || !selection.Allows(fault))
        {
            return false;
        }

        _injected.Add(fault);
        return true;
    }
}
