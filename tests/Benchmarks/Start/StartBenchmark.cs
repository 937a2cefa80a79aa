using System.Diagnostics;
using System.Globalization;
using System.Text;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Start;

/// <summary>From the start of a process to its first acknowledged produce, over an embedded store.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count, behind one that does not: it brings the programs into the page cache.</param>
internal sealed class StartBenchmark(string folder, int rounds)
{
    // The leader that made the store is long gone when a node starts from zero; here it need not be waited for long.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly PreparedRequest CreateTopic = PreparedRequest.Post(
        "/api/v1/topics",
        "application/json",
        Encoding.UTF8.GetBytes($$"""{"name":"{{ProduceScenarios.Topic}}"}"""),
        records: 0);

    /// <summary>Starts each program in turn, round by round.</summary>
    public async Task<IReadOnlyList<StartResult>> RunAsync(IReadOnlyList<StartProgram> programs)
    {
        using var known = new ScratchFolder(folder);
        await MakeStoreAsync(known.Path);
        StartResult[] results = [.. programs.Select(static program => new StartResult(program, [], []))];
        for (var round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"start, round {round} (load {Machine.Load()})"));
            foreach (var result in results)
            {
                var onKnown = await StartAsync(result.Program, known.Path, []);
                var onNew = await StartAsync(result.Program, null, [CreateTopic]);
                if (round > 0)
                {
                    result.Known.Add(onKnown);
                    result.New.Add(onNew);
                }
            }
        }

        return results;
    }

    private static async Task MakeStoreAsync(string path)
    {
        await using (var node = await HostProcess.StartAsync(
            path, HostProcess.Executable, "--lease-ms", Lease.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)))
        {
            using var connection = new LoadConnection(node.Server.Address);
            Ask(connection, CreateTopic);
            Ask(connection, ProduceScenarios.OneRecord());
        }

        await Task.Delay(2 * Lease);
    }

    private async Task<StartRun> StartAsync(StartProgram program, string? known, PreparedRequest[] before)
    {
        using var store = new ScratchFolder(folder);
        foreach (var file in known is null ? [] : Directory.GetFiles(known))
        {
            File.Copy(file, Path.Combine(store.Path, Path.GetFileName(file)));
        }

        var began = Stopwatch.GetTimestamp();
        await using var node = await HostProcess.StartAsync(store.Path, program.Executable);
        var listens = Stopwatch.GetElapsedTime(began);
        using (var connection = new LoadConnection(node.Server.Address))
        {
            Array.ForEach(before, request => Ask(connection, request));
            Ask(connection, ProduceScenarios.OneRecord());
        }

        var acknowledged = Stopwatch.GetElapsedTime(began);
        var cpu = node.ProcessorTime;
        await Task.Delay(Rest);
        return new StartRun(
            listens.TotalMilliseconds,
            acknowledged.TotalMilliseconds,
            cpu.TotalMilliseconds,
            node.Server.MemoryBytes);
    }

    private static void Ask(LoadConnection connection, PreparedRequest request)
    {
        using var body = new MemoryStream();
        var answer = connection.Ask(request, body);
        if (answer.Status is < 200 or > 299)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The node answered {answer.Status}: {Encoding.UTF8.GetString(body.ToArray())}"));
        }
    }
}
