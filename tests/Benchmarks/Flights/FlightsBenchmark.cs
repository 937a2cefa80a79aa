using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flights;

/// <summary>
/// 20,000 flights as one NDJSON stream to a real node over loopback, beside the raw store and one pass of the JSON
/// reader.
/// </summary>
internal sealed class FlightsBenchmark(string folder, int rounds)
{
    /// <summary>As in the README's walk-through.</summary>
    public const int Partitions = 6;

    // The runtime compiles a node's code for good after some thirty streams; until then a stream costs thrice as much.
    private const int WarmUpRounds = 30;

    // A pass takes a few milliseconds, in which a busy neighbour can hide: the least of a few is the pass itself.
    private const int JsonPasses = 5;
    private const int PieceBytes = 64 * 1024;

    private readonly byte[] _flights = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "flights.ndjson"));

    /// <summary>Runs rounds until the runtime has compiled what it will, then the rounds that count.</summary>
    public async Task<FlightsResult> RunAsync()
    {
        using var data = new ScratchFolder(folder);
        await using var host = await HostProcess.StartAsync(data.Path);
        Progress("to warm up");
        var cold = (await RoundAsync(host, "flights-cold")).First;
        for (var round = 1; round < WarmUpRounds; round++)
        {
            await RoundAsync(host, $"flights-warm-{round}");
        }

        var results = new List<FlightsRound>();
        for (var round = 1; round <= rounds; round++)
        {
            Progress(string.Create(CultureInfo.InvariantCulture, $"round {round}"));
            results.Add(await RoundAsync(host, $"flights-{round}"));
        }

        return new FlightsResult(_flights.Count((byte)'\n'), _flights.Length, cold, results);
    }

    private static void Progress(string what) => Console.Error.WriteLine($"flights, {what} (load {Machine.Load()})");

    private async Task<FlightsRound> RoundAsync(HostProcess host, string topic)
    {
        await host.CreateTopicAsync(topic, Partitions);
        var first = await StreamAsync(host, topic);
        var next = await StreamAsync(host, topic);
        var raw = await RawAsync((int)next.Appends);
        return new FlightsRound(raw, Enumerable.Range(0, JsonPasses).Min(_ => JsonPass()), first, next);
    }

    private async Task<StreamRun> StreamAsync(HostProcess host, string topic)
    {
        var appends = await host.StorageOperationsAsync("segment.append");
        var operations = await host.StorageOperationsAsync(null);
        var cpu = host.ProcessorTime;
        var started = Stopwatch.GetTimestamp();

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/topics/{topic}/records?key=origin")
        {
            Content = new StreamContent(new MemoryStream(_flights), PieceBytes),
        };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await host.Client.SendAsync(request);
        await HostProcess.EnsureSuccessAsync(response);

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = host.ProcessorTime - cpu;
        return new StreamRun(
            seconds,
            used.TotalSeconds,
            await host.StorageOperationsAsync("segment.append") - appends,
            await host.StorageOperationsAsync(null) - operations);
    }

    private async Task<double> RawAsync(int appends)
    {
        await using var raw = await RawSegments.CreateAsync(folder, Partitions);
        var started = Stopwatch.GetTimestamp();
        await raw.WriteAsync(_flights, appends);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private double JsonPass()
    {
        var started = Stopwatch.GetTimestamp();
        var tokens = 0;
        var rest = _flights.AsSpan();
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var reader = new Utf8JsonReader(rest[..end]);
            while (reader.Read())
            {
                tokens++;
            }

            rest = rest[(end + 1)..];
        }

        // The count is used, so that no compiler drops the work.
        return tokens > 0 ? Stopwatch.GetElapsedTime(started).TotalSeconds : throw new InvalidOperationException();
    }
}
