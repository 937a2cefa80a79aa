using System.Diagnostics;
using Serverless.EndToEnd.Tests.Chaos.Nodes;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos;

/// <summary>
/// Judges a run that has ended; when it is disposed, writes what happened, and the whole history when the run was not
/// found clean.
/// </summary>
/// <param name="plan">How large the run was.</param>
/// <param name="store">Its store.</param>
/// <param name="scenario">The run.</param>
/// <param name="output">Where to tell what happened.</param>
internal sealed class ChaosVerdict(
    ChaosPlan plan, IChaosStore store, ChaosScenario scenario, ITestOutputHelper output) : IAsyncDisposable
{
    // A broken run repeats its first lie in many ways.
    private const int AnomaliesShownMax = 20;

    private readonly long _began = Stopwatch.GetTimestamp();
    private HistoryReport? _report;
    private bool _isClean;

    private ChaosRun Run => scenario.Run;

    /// <summary>Reads everything that is stored, and fails when anything is as it must not be.</summary>
    public async Task JudgeAsync()
    {
        var stored = await StoredLog.ReadAsync(
            store.Segments, store.Tables, new Codecs(), TestContext.Current.CancellationToken);
        _report = HistoryChecker.Check(Run.History, stored, complete: true);
        string[] found = [.. _report.Anomalies.Select(static anomaly => anomaly.ToString()), .. Run.Surprises];
        _isClean = found.Length == 0;
        Assert.True(_isClean, $"{found.Length} anomalies:\n" + string.Join('\n', found.Take(AnomaliesShownMax)));
    }

    public async ValueTask DisposeAsync()
    {
        output.WriteLine(
            $"Seed {plan.Seed}, {plan.Acts} acts in {Stopwatch.GetElapsedTime(_began).TotalSeconds:F0} s.");
        output.WriteLine(string.Join(", ", scenario.Adversary.Acts.Select(static act => $"{act.Key}: {act.Value}")));
        output.WriteLine(
            $"{Run.History.Operations.Length} operations, {Run.Progress.Count} records acknowledged; "
            + (_report is null
                ? "not judged."
                : $"{_report.Unknown} unknown outcomes, {_report.Records} records stored, {_report.ReadAgain} read "
                    + $"again by the group, {_report.Anomalies.Count} anomalies."));
        foreach (var (node, faults) in store.Faults.Index())
        {
            var (requests, hit, delayed) = faults.Counts;
            output.WriteLine($"Storage of node {node}: {faults}; {requests} requests, {hit} faults, {delayed} delays.");
        }

        if (!_isClean)
        {
            var path = Path.Combine(Path.GetTempPath(), $"chaos-{plan.Seed}.txt");
            await using var file = new StreamWriter(path);
            HistoryText.Write(Run.History, file);
            output.WriteLine($"The history is in {path}. CHAOS_SEED={plan.Seed} draws the same faults again.");
        }
    }
}
