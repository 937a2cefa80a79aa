using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Nodes that forget, ignore or invent what producers rely on.</summary>
internal static class ProducerDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A node forgets the sequences of producers", AnomalyKind.Duplicate, static () => Appending(
            Always, static append => append with { Batch = WithoutProducer(append.Batch) })),
        new("A node forgets the keys of requests", AnomalyKind.Duplicate, static () => Appending(
            Always, static append => append with { Conditions = append.Conditions with { Request = null } })),
        new("A node ignores the expected next offset", AnomalyKind.BrokenCondition, static () => Appending(
            Always, static append => append with { Conditions = append.Conditions with { NextOffset = null } })),
        new("A node ignores the fencing token", AnomalyKind.BrokenFence, static () => Appending(
            Always, static append => append with { Conditions = append.Conditions with { FencingToken = null } })),
        new("A node sets no fencing token", AnomalyKind.BrokenFence, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Fence = static (node, topic, partition, _) => EndOfAsync(node, topic, partition),
            })),
        new("A node refuses the current fencing token", AnomalyKind.BrokenFence, static () => Refusing(
            static append => append.Conditions.FencingToken is not null,
            static _ => new AppendOutcome.FencingTokenMismatch("other"))),
        new("A node refuses an offset that it says is the next one", AnomalyKind.BrokenCondition, static () => Refusing(
            static append => append.Conditions.NextOffset is not null,
            static append => new AppendOutcome.NextOffsetMismatch(append.Conditions.NextOffset!.Value))),
        new("A node refuses an offset with an old one", AnomalyKind.StaleEnd, static () => Refusing(
            static append => append.Conditions.NextOffset > 0, static _ => new AppendOutcome.NextOffsetMismatch(0))),
        new("A node refuses the next sequence", AnomalyKind.WrongRefusal, static () => Refusing(
            static append => append.Batch is { ProducerId: >= 0 },
            static append => new AppendOutcome.OutOfOrderSequence(7, append.Batch.BaseSequence))),
        new("A node refuses the highest epoch", AnomalyKind.WrongRefusal, static () => Refusing(
            static append => append.Batch is { ProducerId: >= 0 },
            static append => new AppendOutcome.InvalidProducerEpoch(9, append.Batch.ProducerEpoch))),
        new("A node gives everyone one producer id", AnomalyKind.ProducerGrantedTwice, static () => Serving(
            static inner =>
            {
                ProducerIdentity? first = null;
                return new BrokenService(inner) { Granted = identity => first ??= identity };
            })),
        new("A topic is not deleted although a node says so", AnomalyKind.AppendedAfterDelete, static () => Serving(
            static inner => new BrokenService(inner) { DeletesTopics = false })),
    ];

    private static bool Always(BrokenAppend append) => true;

    // The clients whom it concerns, in every seed.
    private static SimulationOptions Serving(Func<NodeService, NodeService> decorate) =>
        SimulationOptions.Default with
        {
            DecorateNodes = decorate,
            Adjust = static knobs => knobs with
            {
                Seats =
                [
                    new("idempotent", IdempotentProducer.RunAsync),
                    new("keyed", KeyedProducer.RunAsync),
                    new("conditional", ConditionalWriter.RunAsync),
                    new("conditional", ConditionalWriter.RunAsync),
                    new("churn", TopicChurn.RunAsync),
                    new("plain", PlainProducer.RunAsync),
                ],
            },
        };

    private static SimulationOptions Appending(
        Func<BrokenAppend, bool> isWanted, Func<BrokenAppend, BrokenAppend> broken) =>
        Serving(inner => new BrokenService(inner)
        {
            Append = (node, append) => (isWanted(append) ? broken(append) : append).SendAsync(node),
        });

    private static SimulationOptions Refusing(
        Func<BrokenAppend, bool> isWanted, Func<BrokenAppend, AppendOutcome> refuse)
    {
        var breaks = Defect.Every(calls: 4);
        return Serving(inner => new BrokenService(inner)
        {
            Append = (node, append) => isWanted(append) && breaks()
                ? ValueTask.FromResult(refuse(append))
                : append.SendAsync(node),
        });
    }

    private static async ValueTask<AppendOutcome> EndOfAsync(NodeService node, Topic topic, int partition) =>
        await node.GetOffsetsAsync(topic, partition, CancellationToken.None) is { } ends
            ? new AppendOutcome.Fenced(ends.HighWatermark)
            : new AppendOutcome.UnknownTopicOrPartition();

    private static RecordBatch WithoutProducer(RecordBatch batch)
    {
        var bytes = batch.Bytes.ToArray();
        bytes.AsSpan(RecordBatchFields.ProducerId..RecordBatchFields.RecordCount).Fill(0xFF);
        var copy = new RecordBatch(bytes);
        copy.SealCrc();
        return copy;
    }
}
