using System.Globalization;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>What many seeds did together, so that something that never happens shows.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How many seeds.</summary>
    public int Seeds { get; private set; }

    /// <summary>How many operations of clients.</summary>
    public long Operations { get; private set; }

    /// <summary>Adds a seed.</summary>
    public void Add(SimulationReport report)
    {
        Seeds++;
        foreach (var operation in report.History.Operations)
        {
            Operations++;
            Count($"operation {operation.Request.GetType().Name} {Outcome(operation)}");
        }

        foreach (var (path, count) in report.Paths)
        {
            Count($"path {path}", count);
        }

        foreach (var fault in report.Injected)
        {
            Count($"fault {FaultNames.Of(fault.Kind)}");
        }
    }

    /// <summary>Writes the counts.</summary>
    public void Write(TextWriter target)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            Count($"fault {FaultNames.Of(kind)}", 0);
        }

        foreach (var (name, count) in _counts)
        {
            target.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,12:N0}  {name}"));
        }
    }

    private void Count(string name, long more = 1) => _counts[name] = _counts.GetValueOrDefault(name) + more;

    private static string Outcome(Operation operation) => operation.Answer switch
    {
        Answer.Failed failed => $"failed: {failed.Reason}",
        Answer.Sent { Duplicate: true } => "answered as duplicate",
        var answer => answer.GetType().Name,
    };
}
