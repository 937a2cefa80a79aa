using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A node that does what the engine does, but for what is set.</summary>
/// <param name="inner">The engine.</param>
internal sealed class BrokenService(NodeService inner) : NodeService(inner)
{
    public Func<NodeService, Topic, int, RecordBatch, ValueTask<AppendOutcome>>? Append { get; init; }

    public Func<FetchOutcome.Fetched, FetchOutcome.Fetched>? Fetched { get; init; }

    public Func<PartitionOffsets, PartitionOffsets>? Offsets { get; init; }

    public Func<OffsetAndTimestamp, OffsetAndTimestamp?>? Found { get; init; }

    private readonly NodeService _inner = inner;

    public override ValueTask<AppendOutcome> AppendAsync(
        Topic topic,
        int partition,
        RecordBatch batch,
        AppendConditions conditions,
        CancellationToken cancellationToken) =>
        (conditions == AppendConditions.None ? Append?.Invoke(_inner, topic, partition, batch) : null)
        ?? base.AppendAsync(topic, partition, batch, conditions, cancellationToken);

    public override async ValueTask<FetchOutcome> FetchAsync(
        Topic topic, int partition, long offset, int bytesMax, CancellationToken cancellationToken)
    {
        var outcome = await base.FetchAsync(topic, partition, offset, bytesMax, cancellationToken);
        return outcome is FetchOutcome.Fetched fetched && Fetched is not null ? Fetched(fetched) : outcome;
    }

    public override async ValueTask<PartitionOffsets?> GetOffsetsAsync(
        Topic topic, int partition, CancellationToken cancellationToken)
    {
        var ends = await base.GetOffsetsAsync(topic, partition, cancellationToken);
        return ends is { } told && Offsets is not null ? Offsets(told) : ends;
    }

    public override async ValueTask<OffsetAndTimestamp?> FindOffsetAsync(
        Topic topic, int partition, long timestamp, CancellationToken cancellationToken)
    {
        var found = await base.FindOffsetAsync(topic, partition, timestamp, cancellationToken);
        return found is { } told && Found is not null ? Found(told) : found;
    }
}
