using System.Globalization;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>A real node over an embedded store beside a bare server that gets and gives the same bytes.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count; in each the node runs, then the bare server.</param>
internal sealed class HttpBenchmark(string folder, int rounds)
{
    // The runtime compiles code for good once it has run often enough, in the background and for some seconds.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BareWarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Runs the scenarios.</summary>
    /// <param name="only">A part of the names of those to run; empty for all.</param>
    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(string only)
    {
        await using var bare = await BareProcess.StartAsync();
        var results = new List<ScenarioResult>();
        foreach (var scenario in Scenario.All.Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)))
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
        await using var node = await HostProcess.StartAsync(data.Path);
        var onNode = await scenario.PrepareOnAsync(node);

        // What only prepares the next read says nothing to a server that looks at nothing.
        PreparedRequest[][] onBare = [.. onNode.Select(static requests => requests.Where(IsCounted).ToArray())];
        await ShowAsync(node, onNode[0].TakeWhile(request => !IsCounted(request)).Append(onBare[0][0]), bare);

        HttpLoad.Run(node.Server, onNode, WarmUp);
        HttpLoad.Run(bare.Server, onBare, BareWarmUp);
        var (nodes, bares) = (new List<LoadResult>(), new List<LoadResult>());
        for (var round = 0; round < rounds; round++)
        {
            nodes.Add(HttpLoad.Run(node.Server, onNode, Window));
            bares.Add(HttpLoad.Run(bare.Server, onBare, Window));
        }

        return new ScenarioResult(scenario, nodes, bares, node.Server.MemoryBytesMax);
    }

    private static bool IsCounted(PreparedRequest request) => request.Records > 0;

    // The bare server answers everything as the node answers the first request that counts.
    private static async Task ShowAsync(HostProcess node, IEnumerable<PreparedRequest> requests, BareProcess bare)
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

            await bare.KeepAsync(body.ToArray(), "application/json", answer.IsChunked);
        }
    }
}
