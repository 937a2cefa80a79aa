using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking;

/// <summary>Collects anomalies; bounded for each kind, since one fault can show in every record behind it.</summary>
internal sealed class Findings
{
    /// <summary>More of one kind say nothing new.</summary>
    public const int OfOneKindMax = 20;

    private readonly List<Anomaly> _anomalies = [];
    private readonly int[] _counts = new int[Enum.GetValues<AnomalyKind>().Length];

    public IReadOnlyList<Anomaly> All => _anomalies;

    public void Add(AnomalyKind kind, object where, string detail, params ReadOnlySpan<int> operations)
    {
        if (_counts[(int)kind]++ < OfOneKindMax)
        {
            _anomalies.Add(new Anomaly(kind, where.ToString() ?? "", detail, ImmutableArray.Create(operations)));
        }
    }

    /// <summary>Adds an anomaly unless what must hold does; the detail is written only then.</summary>
    public void Expect<T>(bool holds, AnomalyKind kind, object where, string what, T expected, T found)
    {
        if (!holds)
        {
            Add(kind, where, $"expected {what} {expected}, found {found}");
        }
    }
}
