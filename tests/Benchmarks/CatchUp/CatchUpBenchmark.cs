using System.Diagnostics;
using System.Globalization;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>A node that has just started, and clients that read a large topic from its beginning to its end.</summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="mebibytes">How large the topic is.</param>
internal sealed class CatchUpBenchmark(string folder, int mebibytes)
{
    /// <summary>The size that the bound is on.</summary>
    public const int MebibytesDefault = 1024;

    /// <summary>Reads in every way, each from a node that has nothing in memory yet.</summary>
    /// <param name="only">A part of the names of the ways; empty for all.</param>
    public async Task<IReadOnlyList<CatchUpResult>> RunAsync(string only)
    {
        var ways = Chosen.Of(CatchUpWay.All, static way => way.Name, only);
        using var store = new ScratchFolder(folder);
        Progress("to fill the topic");
        var records = await CatchUpTopic.FillAsync(store.Path, mebibytes * 1024L * 1024);
        var results = new List<CatchUpResult>();
        foreach (var way in ways)
        {
            Progress(way.Name);
            results.Add(await RunAsync(way, store.Path, records));
        }

        return results;
    }

    private static async Task<CatchUpResult> RunAsync(CatchUpWay way, string store, long recordsPerPartition)
    {
        await using var node = await HostProcess.StartAsync(store);
        var topic = new CatchUpTopic(node, recordsPerPartition);
        var tails = Enumerable.Range(0, way.SlowTails)
            .Select(number => new SlowTail(topic, number % CatchUpTopic.Partitions))
            .ToArray();
        var (rest, cpu) = (node.Server.MemoryBytes, node.ProcessorTime);
        using var watch = new MemoryWatch(node.Server.Id);
        var began = Stopwatch.GetTimestamp();

        var bytes = await way.Read(topic);

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (peak, own, mapped) = watch.End();
        cpu = node.ProcessorTime - cpu;
        Array.ForEach(tails, static tail => tail.Dispose());
        if (tails.FirstOrDefault(static tail => tail.Bytes == 0) is not null)
        {
            throw new InvalidOperationException("A slow client got nothing.");
        }

        var logBytes = topic.Records / Documents.PerRequest * Documents.Batch().Length;
        return new CatchUpResult(
            way, topic.Records, logBytes, bytes, seconds, cpu.TotalSeconds, rest, peak, own, mapped);
    }

    private static void Progress(string what) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"catch-up, {what} (load {Machine.Load()})"));
}
