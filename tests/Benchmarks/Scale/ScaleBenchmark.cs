using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Scale;

/// <summary>Whether operations cost more as things grow: over stores in memory, so that what is left is the engine and
/// what it asks.</summary>
/// <param name="growth">How far things grow, of the largest size: 1 for all of it.</param>
internal sealed class ScaleBenchmark(double growth)
{
    private const int RecordsPerBatch = 1_000;
    private const int BatchesPerSegment = 10;
    private const int Operations = 300;

    // Ten batches of 1,000 records of 100 bytes fill a segment.
    private const int SegmentBytes = 1_050_000;

    /// <summary>Runs all three.</summary>
    public async Task<ScaleResult> RunAsync()
    {
        // Everything is compiled before it is measured.
        await LogAsync([1, 30]);
        await PartitionsAsync([1, 300]);
        var log = await LogAsync(Sizes(1, 10, 100, 1_000));
        var (partitions, bytes) = await PartitionsAsync(Sizes(1, 100, 1_000, 10_000));
        var readers = new List<(int, ScaleCost, Spread)>();
        foreach (var count in (int[])[10, .. Sizes(1, 10, 100, 1_000)])
        {
            readers.Add(await ReadersScale.RunAsync(count));
        }

        return new ScaleResult(log, partitions, [.. readers.Skip(1)]) { BytesPerOpenLog = bytes };
    }

    private int[] Sizes(params int[] sizes) => [.. sizes.Where(size => size == 1 || size <= sizes[^1] * growth)];

    private static async Task<List<(long, int, string, ScaleCost)>> LogAsync(int[] sizes)
    {
        await using var node = new MemoryNode(partitions: 1, SegmentBytes);
        var (rows, next) = (new List<(long, int, string, ScaleCost)>(), 0L);
        foreach (var segments in sizes)
        {
            Say($"a partition of {segments:N0} segments");
            while (next < (long)segments * BatchesPerSegment * RecordsPerBatch)
            {
                next = await node.AppendAsync(0, node.Batch(RecordsPerBatch)) + RecordsPerBatch;
            }

            var (end, random) = (next, new Random(1));
            var small = Enumerable.Range(0, Operations).Select(_ => node.Batch(1)).ToArray();
            Add("append of a record by the leader", await ScaleCost.OfAsync(
                node, Operations, async number => next = await node.AppendAsync(0, small[number]) + 1));
            Add("fetch of what was written last, from memory", await ScaleCost.OfAsync(
                node, Operations, async _ => await node.FetchAsync(0, next - 1)));

            await node.RestartAsync(cacheBytes: 1);
            await node.FetchAsync(0, 0);
            Add("fetch of about 100 KB at a random offset, from the store", await ScaleCost.OfAsync(
                node, Operations, async _ => await node.FetchAsync(0, random.NextInt64(end))));
            Add("open by a node that knows nothing, and its first fetch at the end", await ScaleCost.OfAsync(
                node, Operations / 10, async _ =>
                {
                    await node.RestartAsync(128 * 1024 * 1024);
                    await node.FetchAsync(0, next);
                }));

            void Add(string operation, ScaleCost cost) => rows.Add((end, segments, operation, cost));
        }

        return rows;
    }

    private static async Task<(List<(int, string, ScaleCost)> Rows, double BytesPerOpenLog)> PartitionsAsync(
        int[] sizes)
    {
        var (rows, bytes) = (new List<(int, string, ScaleCost)>(), 0.0);
        foreach (var partitions in sizes)
        {
            Say($"a topic of {partitions:N0} partitions");
            await using var node = new MemoryNode(partitions, SegmentBytes);
            var random = new Random(1);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            Add("first append of a record to a partition", await ScaleCost.OfAsync(
                node, partitions, async number => await node.AppendAsync(number, node.Batch(1))));
            bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / partitions;
            var batches = Enumerable.Range(0, Operations).Select(_ => node.Batch(1)).ToArray();
            Add("append of a record to any open partition", await ScaleCost.OfAsync(
                node, Operations, async number => await node.AppendAsync(random.Next(partitions), batches[number])));
            Add("fetch of a record from any open partition", await ScaleCost.OfAsync(
                node, Operations, async _ => await node.FetchAsync(random.Next(partitions), 0)));
            await node.RestartAsync(128 * 1024 * 1024);
            Add("first fetch of a record from any partition", await ScaleCost.OfAsync(
                node, Math.Min(partitions, Operations), async number => await node.FetchAsync(number, 0)));

            void Add(string operation, ScaleCost cost) => rows.Add((partitions, operation, cost));
        }

        return (rows, bytes);
    }

    private static void Say(FormattableString what) =>
        Console.Error.WriteLine("scale: " + FormattableString.Invariant(what));
}
