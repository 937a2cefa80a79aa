using System.Diagnostics;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Log;

namespace Serverless.Benchmarks.Scale;

/// <summary>Readers that wait at the tail of one partition while records come, in real time.</summary>
internal static class ReadersScale
{
    private const int Appends = 100;
    private static readonly TimeSpan LongPoll = TimeSpan.FromMinutes(1);

    /// <summary>Each record is appended when all readers have the one before.</summary>
    /// <param name="count">How many readers.</param>
    /// <returns>The cost of a record with all its readers, and how long after its acknowledgement each had it.</returns>
    public static async Task<(int Readers, ScaleCost Append, Spread DelayMs)> RunAsync(int count)
    {
        await using var node = new MemoryNode(partitions: 1, segmentBytes: 1 << 30);
        var next = await node.AppendAsync(0, node.Batch(1)) + 1;
        var (round, delays) = (new Round(count), new List<double>());
        var first = next;
        var reading = Enumerable.Range(0, count).Select(_ => Task.Run(
            () => FollowAsync(node, first, first + Appends, () => round))).ToArray();
        var cost = await ScaleCost.OfAsync(node, Appends, async _ =>
        {
            var mine = round = new Round(count);
            await node.AppendAsync(0, node.Batch(1));
            var acknowledged = Stopwatch.GetTimestamp();
            await mine.Done;
            delays.AddRange(mine.Times.Select(
                time => Math.Max(0, Stopwatch.GetElapsedTime(acknowledged, time).TotalMilliseconds)));
        });
        await Task.WhenAll(reading);
        return (count, cost, Spread.Of(delays));
    }

    private static async Task FollowAsync(MemoryNode node, long next, long end, Func<Round> round)
    {
        while (next < end)
        {
            if (await node.Log.WaitAsync(
                node.Topic, [new PartitionPosition(0, next)], LongPoll, CancellationToken.None))
            {
                next = (await node.FetchAsync(0, next)).NextOffset;
                round().Arrived();
            }
        }
    }

    // One record and its readers.
    private sealed class Round(int readers)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long[] _times = new long[readers];
        private int _arrived;

        public Task Done => _done.Task;

        public IEnumerable<long> Times => _times;

        public void Arrived()
        {
            var place = Interlocked.Increment(ref _arrived);
            _times[place - 1] = Stopwatch.GetTimestamp();
            if (place == _times.Length)
            {
                _done.SetResult();
            }
        }
    }
}
