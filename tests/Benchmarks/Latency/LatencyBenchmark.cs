namespace Serverless.Benchmarks.Latency;

/// <summary>The engine over a distant storage service in simulated time, beside the store past the engine.</summary>
/// <param name="seeds">How many worlds of each scenario; their figures are taken together.</param>
internal sealed class LatencyBenchmark(int seeds)
{
    private const int RawBlockBytes = 400;
    private const double RawSeconds = 300;

    /// <summary>Requests a second at each of the nodes that write one partition.</summary>
    public const double ContendedPerSecond = 50;

    /// <summary>How many nodes write one partition, at which interval.</summary>
    public static readonly IReadOnlyList<(int Nodes, int IntervalMs)> Contended =
        [(1, 250), (2, 250), (4, 250), (8, 250), (16, 250), (1, 0), (2, 0), (8, 0)];

    /// <summary>How many readers follow one partition.</summary>
    public static readonly IReadOnlyList<int> Readers = [1, 100, 1_000];

    /// <summary>Runs all scenarios.</summary>
    public LatencyResult Run()
    {
        Say("appends one at a time");
        var raw = Of(seed => AckScenarios.Raw(seed, blobs: 1, RawBlockBytes, RawSeconds));
        (string, AckRun)[] alone =
        [
            ("idle, a record every 1 to 2 s, at 0 ms", Of(seed => AckScenarios.Idle(seed, intervalMs: 0))),
            ("idle, a record every 1 to 2 s, at 250 ms", Of(seed => AckScenarios.Idle(seed, intervalMs: 250))),
            .. BusyLoad.All.Take(2).Select(load => (
                $"one writer, {load.InFlight} in flight, at 0 ms",
                Of(seed => AckScenarios.Busy(seed, load, intervalMs: 0)))),
        ];

        Say("nodes that write one partition");
        var contended = Contended.Select(one => (one.Nodes, one.IntervalMs, Of(
            seed => AckScenarios.Contended(seed, one.Nodes, one.IntervalMs, ContendedPerSecond)))).ToArray();

        Say("readers of one partition");
        var readers = Readers.Select(count => (count, TailScenario.Run(seed: 1, count))).ToArray();

        Say("busy partitions");
        var busy = BusyLoad.All.Select(load => Busy(load)).ToArray();
        return new LatencyResult(raw, alone, contended, readers, busy);
    }

    // One world: a busy one makes more acknowledgements than are needed.
    private static (BusyLoad Load, AckRun Log, AckRun Raw) Busy(BusyLoad load)
    {
        var log = AckScenarios.Busy(seed: 1, load, intervalMs: 0);
        var blockBytes = (int)(log.Counts.BytesStored / log.Counts.Stored);
        var seconds = Math.Min(load.Seconds, 20.0 / load.Partitions);
        return (load, log, AckScenarios.Raw(seed: 2, load.Partitions, blockBytes, Math.Max(2, seconds)));
    }

    private AckRun Of(Func<ulong, AckRun> run) =>
        AckRun.Together([.. Enumerable.Range(1, seeds).Select(seed => run((ulong)seed))]);

    private static void Say(string what) => Console.Error.WriteLine($"latency: {what}");
}
