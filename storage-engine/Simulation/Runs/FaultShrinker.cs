using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>
/// Finds few faults that a failure needs: leaves out whole kinds first, then ever smaller parts of what remains
/// (Zeller's ddmin), as long as the same kind of failure stays.
/// </summary>
/// <param name="run">Runs the seed with some of its faults.</param>
/// <param name="runsMax">How often it may be run.</param>
public sealed class FaultShrinker(Func<FaultSelection, SimulationReport> run, int runsMax)
{
    private ImmutableSortedSet<string> _wanted = [];
    private SimulationReport _smallest = null!;

    /// <summary>How often the seed was run.</summary>
    public int Runs { get; private set; }

    /// <summary>Shrinks a failure.</summary>
    /// <param name="failed">The failing run with all of its faults.</param>
    /// <returns>The smallest run that still fails alike; running the seed with its faults only gives it
    /// again.</returns>
    public SimulationReport Shrink(SimulationReport failed)
    {
        (_wanted, _smallest) = (Signs(failed), failed);
        foreach (var kind in failed.Injected.Select(static fault => fault.Kind).Distinct().Order())
        {
            Try(_smallest.Injected.Where(fault => fault.Kind != kind));
        }

        for (var parts = 2; _smallest.Injected.Count > 0 && Runs < runsMax;)
        {
            var size = (int)Math.Ceiling(_smallest.Injected.Count / (double)parts);
            if (TryWithoutEach(size))
            {
                parts = Math.Max(2, parts - 1);
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                parts = Math.Min(_smallest.Injected.Count, parts * 2);
            }
        }

        return _smallest;
    }

    private bool TryWithoutEach(int size)
    {
        var faults = _smallest.Injected;
        for (var from = 0; from < faults.Count && Runs < runsMax; from += size)
        {
            var left = from;
            if (Try(faults.Where((_, at) => at < left || at >= left + size)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Try(IEnumerable<FaultId> faults)
    {
        var only = faults.ToImmutableHashSet();
        if (Runs >= runsMax || only.Count >= _smallest.Injected.Count)
        {
            return false;
        }

        Runs++;
        var report = run(new FaultSelection([], only));
        if (!Signs(report).Overlaps(_wanted))
        {
            return false;
        }

        _smallest = report;
        return true;
    }

    // The kinds of anomalies, and the kinds of problems: another failure is another story.
    private static ImmutableSortedSet<string> Signs(SimulationReport report) =>
    [
        .. report.Anomalies.Select(static anomaly => $"{anomaly.Kind}"),
        .. report.Problems.Select(static problem => problem[..Math.Min(problem.Length, 50)]),
    ];
}
