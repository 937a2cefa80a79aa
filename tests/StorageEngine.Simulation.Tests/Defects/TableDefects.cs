using System.Text.Json.Nodes;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Rows as an engine without one of its rules would write them.</summary>
internal static class TableDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A segment's row states another end", AnomalyKind.WrongIndex, static () => Writing("segment|", static row =>
            row["nextOffset"] = row["nextOffset"]!.GetValue<long>() + 1)),
        new("A segment's row states another largest timestamp", AnomalyKind.WrongIndex, static () => Writing(
            "segment|", static row => row["maxTimestamp"] = row["maxTimestamp"]!.GetValue<long>() - 1)),
        new("A segment's row has no index", AnomalyKind.WrongIndex, static () => Writing("segment|", static row =>
            row["index"] = "")),
        new("A head row leads the log", AnomalyKind.RowAhead, static () => Writing("head|", static row =>
            row["checkpointPosition"] = row["checkpointPosition"]!.GetValue<long>() + 1_000_000)),
        new("The head moves on without the row of a sealed segment", AnomalyKind.WrongIndex, static () => Changing(
            static changes => [.. changes.Where(static change => !IsOf(change, "segment|"))])),
    ];

    private static SimulationOptions Writing(string prefix, Action<JsonObject> alter)
    {
        // The first rows of a log come before its first block.
        var breaks = Defect.Every(calls: 3);
        return Changing(changes =>
        [
            .. changes.Select(change => IsOf(change, prefix) && breaks() ? RowContent.Altered(change, alter) : change),
        ]);
    }

    private static SimulationOptions Changing(Func<IReadOnlyList<RowChange>, IReadOnlyList<RowChange>> change) =>
        SimulationOptions.Default with
        {
            DecorateTables = inner => new BrokenTables(inner) { Change = (_, changes) => change(changes) },
        };

    private static bool IsOf(RowChange change, string prefix) =>
        change is RowChange.Insert or RowChange.Replace && change.Key.StartsWith(prefix, StringComparison.Ordinal);
}
