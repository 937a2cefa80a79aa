using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace Serverless.Benchmarks.Hosting;

/// <summary>How long a cold start takes behind the Functions host, and what the host costs a request.</summary>
/// <param name="scratch">Where the stores lie.</param>
/// <param name="rounds">Rounds that count, behind one that does not.</param>
internal sealed class HostingBenchmark(string scratch, int rounds)
{
    private const int Requests = 10_000;
    private const int AtOnce = 32;

    private int _stores;

    /// <summary>Measures each program in turn, round by round.</summary>
    /// <param name="apps">Names and folders of the programs; requests are measured with the last one.</param>
    /// <returns>The report's lines.</returns>
    public async Task<IEnumerable<string>> RunAsync(IReadOnlyList<(string Name, string Folder)> apps)
    {
        var starts = apps.ToDictionary(static app => app.Name, static _ => new List<double[]>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, folder) in apps)
            {
                var measured = await StartAsync(folder);
                if (round > 0)
                {
                    starts[name].Add(measured);
                }
            }
        }

        return
        [
            "From the start of the process; the first append makes a topic, too.",
            "",
            "| Program | answers after ms | CPU ms until then | first append acknowledged after ms | CPU ms | MiB |",
            "|---|---:|---:|---:|---:|---:|",
            .. starts.Select(static start => $"| {start.Key} | {string.Join(" | ", Medians(start.Value))} |"),
            "",
            .. await RequestsAsync(apps[^1]),
        ];
    }

    private static IEnumerable<string> Medians(List<double[]> rows) => Enumerable.Range(0, rows[0].Length).Select(
        column => rows.Select(row => row[column]).Order().ElementAt(rows.Count / 2)
            .ToString("F0", CultureInfo.InvariantCulture));

    private async Task<double[]> StartAsync(string folder)
    {
        var began = Stopwatch.GetTimestamp();
        await using var program = await HostedProgram.StartAsync(folder, NewStore());
        await AppendAsync(program.Front.Address);
        return
        [
            program.Ready.TotalMilliseconds,
            program.ReadyProcessorTime.TotalMilliseconds,
            Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            program.ProcessorTime.TotalMilliseconds,
            program.MemoryBytes / (1024.0 * 1024),
        ];
    }

    private async Task<IEnumerable<string>> RequestsAsync((string Name, string Folder) app)
    {
        await using var program = await HostedProgram.StartAsync(app.Folder, NewStore());
        await AppendAsync(program.Front.Address);
        Uri[] ways = [program.Front.Handler, program.Front.Address];
        var rows = ways.Select(static _ => new List<double[]>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var measured = await ReadAsync(program, ways[way]);
                if (round > 0)
                {
                    rows[way].Add(measured);
                }
            }
        }

        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{Requests:N0} reads of one record, {AtOnce} at once, {app.Name}."),
            "The other process is the client, and the double with it.",
            "",
            "| Way | node's CPU µs/request | the other process's | p50 µs | requests/s |",
            "|---|---:|---:|---:|---:|",
            $"| direct | {string.Join(" | ", Medians(rows[0]))} |",
            $"| through the double | {string.Join(" | ", Medians(rows[1]))} |",
        ];
    }

    private static async Task<double[]> ReadAsync(HostedProgram program, Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        var (node, own, began) = (program.ProcessorTime, Own(), Stopwatch.GetTimestamp());
        var times = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            var took = new double[Requests / AtOnce];
            for (var i = 0; i < took.Length; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(
                    new Uri("/api/v1/topics/t/partitions/0/records?offset=0", UriKind.Relative));
                took[i] = Stopwatch.GetElapsedTime(asked).TotalMicroseconds;
            }

            return took;
        }));
        var all = times.SelectMany(static took => took).Order().ToArray();
        return
        [
            (program.ProcessorTime - node).TotalMicroseconds / all.Length,
            (Own() - own).TotalMicroseconds / all.Length,
            all[all.Length / 2],
            all.Length / Stopwatch.GetElapsedTime(began).TotalSeconds,
        ];
    }

    private static TimeSpan Own()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static async Task AppendAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var created = await client.PostAsJsonAsync("/api/v1/topics", new { name = "t", partitions = 1 });
        using var stored = await client.PostAsJsonAsync("/api/v1/topics/t/records", new[] { new { value = 1 } });
        stored.EnsureSuccessStatusCode();
    }

    private string NewStore() => Path.Combine(scratch, $"store{_stores++}");
}
