using System.Diagnostics;
using System.Globalization;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flood;

/// <summary>Good clients that produce at a steady rate, alone and beside floods of requests that are refused.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count; in each the good clients run alone, then beside each flood.</param>
internal sealed class FloodBenchmark(string folder, int rounds)
{
    private const int WarmUpWindowsMax = 20;

    // As in the part http: until the runtime has compiled for good.
    private static readonly TimeSpan WarmUpCpu = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WindowOfItself = TimeSpan.FromSeconds(0.4);

    /// <summary>Runs the floods.</summary>
    /// <param name="only">A part of the names of those to run; empty for all.</param>
    public async Task<IReadOnlyList<FloodResult>> RunAsync(string only)
    {
        using var data = new ScratchFolder(folder);
        await using var issuer = await FloodIssuer.StartAsync();
        await using var node = await FloodNode.StartAsync(data.Path, issuer);
        await using var bare = await BareProcess.StartAsync(folder: null);
        var floods = Chosen.Of(FloodKind.All(node.Keys[0], issuer), static kind => kind.Name, only);
        WarmUp(node, bare, floods);
        var alone = new List<FloodRun>();
        var runs = floods.Select(static _ => (Beside: new List<FloodRun>(), Itself: new List<FloodRun>())).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            Progress(string.Create(CultureInfo.InvariantCulture, $"round {round}"));
            alone.Add(Run(node, bare, FloodKind.Nothing, node.Keys, Window));
            for (var number = 0; number < floods.Length; number++)
            {
                runs[number].Beside.Add(Run(node, bare, floods[number], node.Keys, Window));
                runs[number].Itself.Add(Run(node, bare, floods[number], [], WindowOfItself));
            }
        }

        return
        [
            new FloodResult(FloodKind.Nothing, alone, alone, []),
            .. floods.Select((kind, number) =>
                new FloodResult(kind, runs[number].Beside, alone, runs[number].Itself)),
        ];
    }

    private static void WarmUp(FloodNode node, BareProcess bare, FloodKind[] floods)
    {
        Progress("to warm up");
        var enough = node.Server.ProcessorTime + WarmUpCpu;
        for (var window = 0; window < WarmUpWindowsMax && node.Server.ProcessorTime < enough; window++)
        {
            Run(node, bare, floods[window % floods.Length], node.Keys, Window);
        }
    }

    private static FloodRun Run(
        FloodNode node, BareProcess bare, FloodKind kind, IReadOnlyList<string> goodKeys, TimeSpan window)
    {
        var flooded = kind.IsOnBare ? bare.Server : node.Server;
        SteadyClient[] good = [.. goodKeys.Select(key => new SteadyClient(node.Server.Address, key, window))];
        FloodingClient[] bad = kind.Requests.Count == 0
            ? []
            : [.. Enumerable.Range(0, FloodingClient.Count).Select(number =>
                new FloodingClient(flooded.Address, kind, number, window))];
        IFloodClient[] all = [.. good, .. bad];
        try
        {
            Array.ForEach(all, static client => client.Open());
            node.Server.ForgetMemoryPeak();
            var (cpu, began) = (flooded.ProcessorTime, Stopwatch.GetTimestamp());
            RunAll(all);
            return new FloodRun(
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                good.Sum(static client => client.Acknowledged.Count),
                Spread.Of(good.SelectMany(static client => client.Acknowledged)),
                bad.Sum(static client => client.Answered),
                bad.Sum(static client => client.Throttled),
                (flooded.ProcessorTime - cpu).TotalSeconds,
                node.Server.MemoryBytesMax);
        }
        finally
        {
            Array.ForEach(all, static client => client.Dispose());
        }
    }

    private static void RunAll(IFloodClient[] clients)
    {
        Exception? fault = null;
        var threads = clients.Select(client => new Thread(() => RunOne(client)) { IsBackground = true }).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        if (fault is not null)
        {
            throw new InvalidOperationException("A client failed.", fault);
        }

        void RunOne(IFloodClient client)
        {
            try
            {
                client.Run();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref fault, exception, null);
            }
        }
    }

    private static void Progress(string what) => Console.Error.WriteLine($"flood, {what} (load {Machine.Load()})");
}
