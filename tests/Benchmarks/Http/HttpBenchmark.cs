using System.Globalization;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>A real node over an embedded store beside bare servers that get and give the same bytes.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count; in each the node runs, then the bare servers.</param>
internal sealed class HttpBenchmark(string folder, int rounds)
{
    private const int WarmUpWindowsMax = 20;

    // The runtime compiles code for good once it has run often enough, in the background, for some seconds of its own
    // time: on a busy machine that takes longer by the wall clock. After three seconds a quarter of the time was still the
    // compiler's.
    private static readonly TimeSpan WarmUpCpu = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BareWarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Runs the scenarios.</summary>
    /// <param name="only">A part of the names of those to run; empty for all.</param>
    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(string only)
    {
        var scenarios = Chosen.Of(Scenario.All, static scenario => scenario.Name, only);
        await using var bare = await BareProcess.StartAsync(folder: null);
        var results = new List<ScenarioResult>();
        foreach (var scenario in scenarios)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"http, {scenario.Name} (load {Machine.Load()})"));
            results.Add(await RunAsync(scenario, bare));
        }

        return results;
    }

    private async Task<ScenarioResult> RunAsync(Scenario scenario, BareProcess bare)
    {
        using var data = new ScratchFolder(folder);
        using var stored = new ScratchFolder(folder);
        await using var node = await HostProcess.StartAsync(data.Path);
        await using var storing = scenario.Kind == ScenarioKind.Read ? null : await BareProcess.StartAsync(stored.Path);
        var onNode = await scenario.PrepareOnAsync(node);

        // What only prepares the next read says nothing to a server that looks at nothing.
        PreparedRequest[][] onBare = [.. onNode.Select(static requests => requests.Where(IsCounted).ToArray())];
        BareProcess[] bares = storing is null ? [bare] : [bare, storing];
        await ShowAsync(node, onNode[0].TakeWhile(request => !IsCounted(request)).Append(onBare[0][0]), bares);

        WarmUp(node, onNode);
        Array.ForEach(bares, server => HttpLoad.Run(server.Server, onBare, BareWarmUp));
        var (nodes, limits) = (new List<LoadResult>(), bares.Select(static _ => new List<LoadResult>()).ToArray());
        for (var round = 0; round < rounds; round++)
        {
            nodes.Add(HttpLoad.Run(node.Server, onNode, Window));
            for (var number = 0; number < bares.Length; number++)
            {
                limits[number].Add(HttpLoad.Run(bares[number].Server, onBare, Window));
            }
        }

        return new ScenarioResult(
            scenario, nodes, limits[0], limits.ElementAtOrDefault(1), node.Server.MemoryBytesMax);
    }

    private static void WarmUp(HostProcess node, PreparedRequest[][] requests)
    {
        var enough = node.ProcessorTime + WarmUpCpu;
        for (var window = 0; window < WarmUpWindowsMax && node.ProcessorTime < enough; window++)
        {
            HttpLoad.Run(node.Server, requests, Window);
        }
    }

    private static bool IsCounted(PreparedRequest request) => request.Records > 0;

    // The bare servers answer everything as the node answers the first request that counts.
    private static async Task ShowAsync(HostProcess node, IEnumerable<PreparedRequest> requests, BareProcess[] bares)
    {
        using var connection = new LoadConnection(node.Server.Address);
        foreach (var request in requests)
        {
            using var body = new MemoryStream();
            var answer = connection.Ask(request, body);
            if (answer.Status is < 200 or > 299)
            {
                throw new InvalidOperationException(
                    $"The node answered {answer.Status}: {System.Text.Encoding.UTF8.GetString(body.ToArray())}");
            }

            foreach (var bare in bares)
            {
                await bare.KeepAsync(body.ToArray(), "application/json", answer.IsChunked);
            }
        }
    }
}
