using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>What a node does with the requests of clients, as the API does it: find the topic, ask the engine,
/// answer.</summary>
internal static class NodeRequests
{
    private static readonly Answer UnknownTopic =
        new Answer.Failed(Refusal.UnknownTopicOrPartition, -1, "no such topic or partition");

    public static ValueTask<Answer> AppendAsync(
        NodeService node,
        SimulatedTopic topic,
        int partition,
        RecordBatch batch,
        CancellationToken cancellationToken) =>
        AppendAsync(node, topic, partition, batch, AppendConditions.None, cancellationToken);

    public static async ValueTask<Answer> AppendAsync(
        NodeService node,
        SimulatedTopic topic,
        int partition,
        RecordBatch batch,
        AppendConditions conditions,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(node, topic, cancellationToken) is not { } found)
        {
            return UnknownTopic;
        }

        return AnswerOf(
            await node.AppendAsync(found, partition, batch, conditions, cancellationToken), batch.RecordCount);
    }

    public static async ValueTask<Answer> FenceAsync(
        NodeService node,
        SimulatedTopic topic,
        int partition,
        string token,
        AppendConditions conditions,
        CancellationToken cancellationToken) =>
        await FindAsync(node, topic, cancellationToken) is { } found
            ? AnswerOf(await node.FenceAsync(found, partition, token, conditions, cancellationToken), count: 0)
            : UnknownTopic;

    public static async ValueTask<Answer> InitProducerAsync(
        NodeService node, ProducerName? name, CancellationToken cancellationToken)
    {
        var identity = await node.InitProducerAsync(name, cancellationToken);
        return new Answer.ProducerGranted(identity.Id, identity.Epoch);
    }

    public static async ValueTask<Answer> PollAsync(
        NodeService node,
        SimulatedTopic topic,
        PartitionPosition from,
        FetchLimits limits,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(node, topic, cancellationToken) is not { } found)
        {
            return UnknownTopic;
        }

        var outcome = await node.FetchAsync(found, from.Partition, from.Offset, limits.BytesMax, cancellationToken);
        if (outcome is FetchOutcome.Fetched { Batches.Count: 0 } && limits.Wait > TimeSpan.Zero
            && await node.WaitAsync(found, [from], limits.Wait, cancellationToken))
        {
            outcome = await node.FetchAsync(found, from.Partition, from.Offset, limits.BytesMax, cancellationToken);
        }

        return outcome switch
        {
            FetchOutcome.Fetched fetched => new Answer.Polled([SliceOf(topic, from, fetched, limits.Compression)]),
            FetchOutcome.OffsetOutOfRange range => new Answer.OutOfRange(range.LogStartOffset, range.HighWatermark),
            _ => UnknownTopic,
        };
    }

    public static async ValueTask<Answer> GetOffsetsAsync(
        NodeService node, SimulatedTopic topic, int partition, CancellationToken cancellationToken) =>
        await FindAsync(node, topic, cancellationToken) is { } found
            && await node.GetOffsetsAsync(found, partition, cancellationToken) is { } ends
            ? new Answer.Ends(ends.LogStartOffset, ends.HighWatermark)
            : UnknownTopic;

    public static async ValueTask<Answer> FindOffsetAsync(
        NodeService node, SimulatedTopic topic, int partition, long timestamp, CancellationToken cancellationToken)
    {
        if (await FindAsync(node, topic, cancellationToken) is not { } found)
        {
            return UnknownTopic;
        }

        return await node.FindOffsetAsync(found, partition, timestamp, cancellationToken) is var (first, _)
            ? new Answer.Found(first?.Offset, first?.Timestamp)
            : UnknownTopic;
    }

    public static async ValueTask<Answer> DeleteRecordsAsync(
        NodeService node, SimulatedTopic topic, int partition, long beforeOffset, CancellationToken cancellationToken)
    {
        if (await FindAsync(node, topic, cancellationToken) is not { } found)
        {
            return UnknownTopic;
        }

        try
        {
            return await node.DeleteRecordsAsync(found, partition, beforeOffset, cancellationToken) switch
            {
                DeleteRecordsOutcome.Deleted deleted =>
                    new Answer.RecordsDeleted(deleted.LogStartOffset, deleted.HighWatermark),
                DeleteRecordsOutcome.OffsetOutOfRange range =>
                    new Answer.OutOfRange(range.LogStartOffset, range.HighWatermark),
                _ => UnknownTopic,
            };
        }
        catch (StorageUnavailableException exception)
        {
            // Here it may have happened: asking again is safe.
            return new Answer.Unknown(exception.Message);
        }
    }

    public static async ValueTask<Answer> KeepAsync(
        NodeService node, TopicName? topic, CancellationToken cancellationToken) =>
        await node.KeepAsync(topic, cancellationToken) switch
        {
            KeeperOutcome.Ran { Report: var report } => new Answer.Kept(
                report.Did.Steps,
                report is { IsComplete: true, TopicsHeld: 0 } && report.Did with { Steps = 0 } == KeeperCounts.None),
            KeeperOutcome.UnderWay => new Answer.Failed(Refusal.Other, -1, "under way"),
            _ => UnknownTopic,
        };

    /// <summary>The topic, if the life that the client means is the one that lives.</summary>
    public static async ValueTask<Topic?> FindAsync(
        NodeService node, SimulatedTopic topic, CancellationToken cancellationToken) =>
        await node.FindTopicAsync(topic.Name, cancellationToken) is { } found && found.Id == topic.Id ? found : null;

    private static Answer AnswerOf(AppendOutcome outcome, int count) => outcome switch
    {
        AppendOutcome.Appended appended => Answer.Sent.At(appended.BaseOffset, count, appended.Duplicate),
        AppendOutcome.Fenced fenced => new Answer.Fenced(fenced.NextOffset),
        AppendOutcome.Throttled => new Answer.Failed(Refusal.Throttled, -1, "throttled"),
        AppendOutcome.UnknownTopicOrPartition => UnknownTopic,
        AppendOutcome.InvalidRecord invalid => new Answer.Failed(Refusal.InvalidRecord, -1, invalid.Reason),
        AppendOutcome.OutOfOrderSequence gap =>
            new Answer.Failed(Refusal.OutOfOrderSequence, gap.Expected, $"received {gap.Received}"),
        AppendOutcome.InvalidProducerEpoch stale =>
            new Answer.Failed(Refusal.InvalidProducerEpoch, stale.Current, $"received {stale.Received}"),
        AppendOutcome.MustSplit split => new Answer.Failed(Refusal.MustSplit, split.Count, "must be cut"),
        AppendOutcome.NextOffsetMismatch other =>
            new Answer.Failed(Refusal.NextOffsetMismatch, other.NextOffset, "another next offset"),
        AppendOutcome.FencingTokenMismatch other =>
            new Answer.Failed(Refusal.FencingTokenMismatch, -1, other.Current),
        AppendOutcome.TooManyProducers => new Answer.Failed(Refusal.TooManyProducers, -1, "too many producers"),
        _ => throw new InvalidOperationException($"No answer is defined for {outcome}."),
    };

    private static Slice SliceOf(
        SimulatedTopic topic, PartitionPosition from, FetchOutcome.Fetched fetched, ICompression compression)
    {
        var records = ImmutableArray.CreateBuilder<SeenRecord>();
        foreach (var batch in fetched.Batches)
        {
            foreach (var record in RecordBatchReader.Enumerate(batch, compression))
            {
                if (record.Offset >= from.Offset)
                {
                    records.Add(new SeenRecord(record.Offset, RecordValue.Of(record.Value, record.Headers)));
                }
            }
        }

        return new Slice(
            topic.Partition(from.Partition), records.DrainToImmutable(), fetched.HighWatermark, fetched.LogStartOffset)
        {
            NextOffset = fetched.NextOffset,
        };
    }
}
