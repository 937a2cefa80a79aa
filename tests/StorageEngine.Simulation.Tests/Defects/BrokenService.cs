using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A node that does what the engine does, but for what is set.</summary>
/// <param name="inner">The engine.</param>
internal sealed class BrokenService(NodeService inner) : NodeService(inner)
{
    private readonly NodeService _inner = inner;

    public Func<NodeService, BrokenAppend, ValueTask<AppendOutcome>>? Append { get; init; }

    public Func<NodeService, Topic, int, string, ValueTask<AppendOutcome>>? Fence { get; init; }

    public Func<ProducerIdentity, ProducerIdentity>? Granted { get; init; }

    public Func<FetchOutcome.Fetched, FetchOutcome.Fetched>? Fetched { get; init; }

    public Func<PartitionOffsets, PartitionOffsets>? Offsets { get; init; }

    public Func<OffsetAndTimestamp, OffsetAndTimestamp?>? Found { get; init; }

    public Func<IReadOnlyList<ConsumedRecord>, IReadOnlyList<ConsumedRecord>>? Consumed { get; init; }

    public Func<IReadOnlyList<PartitionOffset>, IReadOnlyList<PartitionOffset>>? Committed { get; init; }

    public Func<GroupOutcome, GroupOutcome>? CommitOutcome { get; init; }

    public Func<GroupRequest, GroupRequest>? Asked { get; init; }

    public Func<GroupRequest, GroupOutcome?>? Invented { get; init; }

    public bool StoresCommits { get; init; } = true;

    public bool KnowsEpochs { get; init; } = true;

    public bool ForgetsCommits { get; init; }

    public bool DeletesTopics { get; init; } = true;

    public override ValueTask<AppendOutcome> AppendAsync(
        Topic topic,
        int partition,
        RecordBatch batch,
        AppendConditions conditions,
        CancellationToken cancellationToken) =>
        Append?.Invoke(_inner, new BrokenAppend(topic, partition, batch, conditions))
        ?? base.AppendAsync(topic, partition, batch, conditions, cancellationToken);

    public override ValueTask<AppendOutcome> FenceAsync(
        Topic topic, int partition, string token, AppendConditions conditions, CancellationToken cancellationToken) =>
        Fence?.Invoke(_inner, topic, partition, token)
        ?? base.FenceAsync(topic, partition, token, conditions, cancellationToken);

    public override async ValueTask<ProducerIdentity> InitProducerAsync(
        ProducerName? name, CancellationToken cancellationToken)
    {
        var identity = await base.InitProducerAsync(name, cancellationToken);
        return Granted?.Invoke(identity) ?? identity;
    }

    public override ValueTask<TopicDeletion> DeleteTopicAsync(TopicName name, CancellationToken cancellationToken) =>
        DeletesTopics ? base.DeleteTopicAsync(name, cancellationToken) : new(TopicDeletion.Deleted);

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

    public override async ValueTask<TimestampLookup?> FindOffsetAsync(
        Topic topic, int partition, long timestamp, CancellationToken cancellationToken)
    {
        var found = await base.FindOffsetAsync(topic, partition, timestamp, cancellationToken);
        return found is { Record: { } told } lookup && Found is not null ? lookup with { Record = Found(told) } : found;
    }

    public override async ValueTask<ReadOutcome> ReadAsync(
        GroupId group, InstanceId instance, ReadRequest request, CancellationToken cancellationToken)
    {
        var outcome = await base.ReadAsync(group, instance, request, cancellationToken);
        return outcome is ReadOutcome.Records records && Consumed is not null
            ? new ReadOutcome.Records(Consumed(records.Consumed))
            : outcome;
    }

    public override async ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchOffsetsAsync(
        GroupId group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        await base.FetchOffsetsAsync(group, ForgetsCommits ? [] : partitions, cancellationToken);

    public override async ValueTask<GroupOutcome> CommitAsync(
        GroupId group,
        InstanceId instance,
        int? epoch,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken)
    {
        if (!StoresCommits)
        {
            return new GroupOutcome.Done(null, []);
        }

        var outcome = await base.CommitAsync(
            group,
            instance,
            KnowsEpochs ? epoch : null,
            offsets is not null && Committed is not null ? Committed(offsets) : offsets,
            cancellationToken);
        return CommitOutcome?.Invoke(outcome) ?? outcome;
    }

    public override ValueTask<GroupOutcome> ExecuteAsync(
        GroupId group, GroupRequest request, CancellationToken cancellationToken) =>
        Invented?.Invoke(request) is { } outcome
            ? new(outcome)
            : base.ExecuteAsync(group, Asked?.Invoke(request) ?? request, cancellationToken);
}
