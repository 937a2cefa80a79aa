using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Nodes that tell their clients otherwise than the engine does.</summary>
internal static class NodeDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A node answers an older offset", AnomalyKind.AcknowledgedMissing, static () => Appending(
            static (inner, topic, partition, batch) => AnswerAsync(inner, topic, partition, batch, by: -1))),
        new("A node answers offsets that are not there yet", AnomalyKind.EndAhead, static () => Appending(
            static (inner, topic, partition, batch) => AnswerAsync(inner, topic, partition, batch, by: 7))),
        new("A node answers a send with an offset far back", AnomalyKind.NonmonotonicSend, static () => Appending(
            static (inner, topic, partition, batch) => AnswerAsync(inner, topic, partition, batch, by: -1_000))),
        new("A node answers a send, and stores it behind the next one", AnomalyKind.WriteOrder, HoldingBack),
        new("A node drops a send", AnomalyKind.AcknowledgedMissing, static () => Appending(DropAsync)),
        new("A node answers before the append is durable", AnomalyKind.EndAhead, static () => Appending(AnswerEarlyAsync)),
        new("A node appends a batch twice", AnomalyKind.Duplicate, static () => Appending(
            static async (inner, topic, partition, batch) =>
            {
                await AppendAsync(inner, topic, partition, Copy(batch));
                return await AppendAsync(inner, topic, partition, batch);
            })),
        new("A node calls an unknown outcome a failure", AnomalyKind.FailedPresent, CallingUnknownFailed),
        new("A node fails a send that it has stored", AnomalyKind.AbortedRead, static () => Appending(
            static async (inner, topic, partition, batch) =>
            {
                await AppendAsync(inner, topic, partition, batch);
                throw new StorageUnavailableException("failed");
            })),
        new("A fetch begins behind the wanted batch", AnomalyKind.PollDiffers, static () => Fetching(
            static batches => batches.Count > 1 ? [.. batches.Skip(1)] : batches)),
        new("A fetch leaves a batch out", AnomalyKind.InternalPollSkip, static () => Fetching(
            static batches => [.. batches.Where(static (_, place) => place != 1)])),
        new("A fetch repeats a batch", AnomalyKind.InternalNonmonotonicPoll, static () => Fetching(
            static batches => [.. batches, .. batches.Take(1)])),
        new("A fetch answers batches in another order", AnomalyKind.InternalNonmonotonicPoll, static () => Fetching(
            static batches => [.. batches.Reverse()])),
        new("A fetch hides a batch that nobody ever sees", AnomalyKind.LostWrite, static () => Fetching(
            static batches => [.. batches.Where(static batch => batch.BaseOffset is < 3 or > 5)])),
        new("A node keeps the last records back", AnomalyKind.Unseen, static () => Fetching(
            static batches => [.. batches.Where(static batch => batch.BaseOffset < 20)])),
        new("A high watermark leads the log", AnomalyKind.EndAhead, static () => Watermark(
            static watermark => watermark + 1)),
        new("A high watermark falls", AnomalyKind.EndFell, static () => Watermark(
            static watermark => watermark % 3 == 0 ? watermark : watermark / 2)),
        new("A node remembers the ends of a partition for too long", AnomalyKind.StaleEnd, RememberingEnds),
        new("A search by time finds the next record", AnomalyKind.WrongTimeLookup, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Found = static found => found with { Offset = found.Offset + 1 },
            })),
        new("A search by time finds nothing", AnomalyKind.WrongTimeLookup, static () => Serving(
            static inner => new BrokenService(inner) { Found = static _ => null })),
    ];

    private static SimulationOptions Serving(Func<NodeService, NodeService> decorate) =>
        SimulationOptions.Default with { DecorateNodes = decorate };

    private static SimulationOptions Appending(
        Func<NodeService, Topic, int, RecordBatch, ValueTask<AppendOutcome>> broken, int every = 6)
    {
        var breaks = Defect.Every(every);
        return Serving(inner => new BrokenService(inner)
        {
            Append = (node, topic, partition, batch) => breaks()
                ? broken(node, topic, partition, batch)
                : AppendAsync(node, topic, partition, batch),
        });
    }

    // Clients must wait for longer than the engine looks for the outcome, which it does for a short time only.
    private static SimulationOptions CallingUnknownFailed()
    {
        return Appending(AppendAsync, every: 1) with
        {
            Adjust = static knobs => knobs with
            {
                Workload = knobs.Workload with { Timeout = TimeSpan.FromMinutes(1) },
                Nodes = knobs.Nodes with
                {
                    Log = knobs.Nodes.Log with
                    {
                        Tuning = knobs.Nodes.Log.Tuning with { ResolveTimeout = TimeSpan.FromMilliseconds(100) },
                    },
                },
            },
        };

        static async ValueTask<AppendOutcome> AppendAsync(
            NodeService inner, Topic topic, int partition, RecordBatch batch)
        {
            try
            {
                return await NodeDefects.AppendAsync(inner, topic, partition, batch);
            }
            catch (StorageOutcomeUnknownException)
            {
                throw new StorageUnavailableException("failed");
            }
        }
    }

    private static SimulationOptions HoldingBack()
    {
        Func<Task>? held = null;
        var holds = Defect.Every(calls: 6);
        return Serving(inner => new BrokenService(inner)
        {
            Append = async (node, topic, partition, batch) =>
            {
                if (held is null && holds())
                {
                    held = () => AppendQuietlyAsync(node, topic, partition, batch);
                    return await DropAsync(node, topic, partition, batch);
                }

                var answer = await AppendAsync(node, topic, partition, batch);
                var late = held;
                held = null;
                await (late?.Invoke() ?? Task.CompletedTask);
                return answer;
            },
        });
    }

    private static SimulationOptions Fetching(Func<IReadOnlyList<RecordBatch>, IReadOnlyList<RecordBatch>> broken) =>
        Serving(inner => new BrokenService(inner)
        {
            Fetched = fetched => fetched with { Batches = broken(fetched.Batches) },
        });

    private static SimulationOptions Watermark(Func<long, long> broken) =>
        Serving(inner => new BrokenService(inner)
        {
            Fetched = fetched => fetched with { HighWatermark = broken(fetched.HighWatermark) },
        });

    private static SimulationOptions RememberingEnds() => Serving(static inner =>
    {
        PartitionOffsets? first = null;
        return new BrokenService(inner) { Offsets = ends => first ??= ends };
    });

    private static async ValueTask<AppendOutcome> DropAsync(
        NodeService inner, Topic topic, int partition, RecordBatch batch) =>
        await inner.GetOffsetsAsync(topic, partition, CancellationToken.None) is { } ends
            ? new AppendOutcome.Appended(ends.HighWatermark, null, ends.LogStartOffset, Duplicate: false)
            : new AppendOutcome.UnknownTopicOrPartition();

    private static async ValueTask<AppendOutcome> AnswerEarlyAsync(
        NodeService inner, Topic topic, int partition, RecordBatch batch)
    {
        var answer = await DropAsync(inner, topic, partition, batch);
        _ = AppendQuietlyAsync(inner, topic, partition, batch);
        return answer;
    }

    // Nobody waits for what became of it.
    private static async Task AppendQuietlyAsync(NodeService inner, Topic topic, int partition, RecordBatch batch)
    {
        try
        {
            await AppendAsync(inner, topic, partition, batch);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
        }
    }

    private static async ValueTask<AppendOutcome> AnswerAsync(
        NodeService inner, Topic topic, int partition, RecordBatch batch, int by)
    {
        var outcome = await AppendAsync(inner, topic, partition, batch);
        return outcome is AppendOutcome.Appended appended
            ? appended with { BaseOffset = Math.Max(0, appended.BaseOffset + by) }
            : outcome;
    }

    private static RecordBatch Copy(RecordBatch batch) => new(batch.Bytes.ToArray());

    private static ValueTask<AppendOutcome> AppendAsync(
        NodeService inner, Topic topic, int partition, RecordBatch batch) =>
        inner.AppendAsync(topic, partition, batch, AppendConditions.None, CancellationToken.None);
}
