using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A way to break the engine or a store on purpose.</summary>
/// <param name="Name">What is broken, as a sentence.</param>
/// <param name="ShownBy">The anomaly that must be found; others may show it, too.</param>
/// <param name="Options">Breaks one run; made anew for each, since defects count calls.</param>
internal sealed record Defect(string Name, AnomalyKind ShownBy, Func<SimulationOptions> Options)
{
    /// <summary>A condition that holds each so many calls.</summary>
    public static Func<bool> Every(int calls)
    {
        var left = calls;
        return () =>
        {
            left = left > 0 ? left - 1 : calls - 1;
            return left == 0;
        };
    }

    /// <summary>A condition that holds once, at the call of this number.</summary>
    public static Func<bool> Once(int call)
    {
        var count = 0;
        return () => ++count == call;
    }
}
