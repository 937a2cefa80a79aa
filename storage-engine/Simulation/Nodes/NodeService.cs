using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>
/// What a node does for its clients: the engine's own methods, one for one. A test derives from it and breaks one, to
/// see whether the checker finds out.
/// </summary>
public class NodeService
{
    private readonly NodeService? _inner;
    private readonly EventLog? _log;
    private readonly ProducerIds? _producers;
    private readonly TopicCatalog? _topics;
    private readonly GroupCoordinator? _groups;
    private readonly GroupReader? _reader;
    private readonly Keeper? _keeper;

    /// <summary>The service of an engine.</summary>
    public NodeService(
        EventLog log,
        TopicCatalog topics,
        ProducerIds producers,
        GroupCoordinator groups,
        GroupReader reader,
        Keeper keeper) =>
        (_log, _topics, _producers, _groups, _reader, _keeper) = (log, topics, producers, groups, reader, keeper);

    /// <summary>A service that does what another does, but for what is overridden.</summary>
    protected NodeService(NodeService inner) => _inner = inner;

    /// <inheritdoc cref="TopicCatalog.FindAsync"/>
    public virtual ValueTask<Topic?> FindTopicAsync(TopicName name, CancellationToken cancellationToken) =>
        _inner?.FindTopicAsync(name, cancellationToken) ?? _topics!.FindAsync(name, cancellationToken);

    /// <inheritdoc cref="TopicCatalog.CreateAsync(NewTopic, bool, CancellationToken)"/>
    public virtual ValueTask<TopicCreation> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken) =>
        _inner?.CreateTopicAsync(topic, cancellationToken)
        ?? _topics!.CreateAsync(topic, validateOnly: false, cancellationToken);

    /// <inheritdoc cref="TopicCatalog.AddPartitionsAsync"/>
    public virtual ValueTask<TopicChange> AddPartitionsAsync(
        TopicName name, int partitionCount, CancellationToken cancellationToken) =>
        _inner?.AddPartitionsAsync(name, partitionCount, cancellationToken)
        ?? _topics!.AddPartitionsAsync(name, partitionCount, validateOnly: false, cancellationToken);

    /// <inheritdoc cref="TopicCatalog.DeleteAsync"/>
    public virtual ValueTask<TopicDeletion> DeleteTopicAsync(TopicName name, CancellationToken cancellationToken) =>
        _inner?.DeleteTopicAsync(name, cancellationToken) ?? _topics!.DeleteAsync(name, cancellationToken);

    /// <inheritdoc cref="EventLog.AppendAsync(Topic, int, RecordBatch, AppendConditions, CancellationToken)"/>
    public virtual ValueTask<AppendOutcome> AppendAsync(
        Topic topic,
        int partition,
        RecordBatch batch,
        AppendConditions conditions,
        CancellationToken cancellationToken) =>
        _inner?.AppendAsync(topic, partition, batch, conditions, cancellationToken)
        ?? _log!.AppendAsync(topic, partition, batch, conditions, cancellationToken);

    /// <inheritdoc cref="EventLog.FenceAsync"/>
    public virtual ValueTask<AppendOutcome> FenceAsync(
        Topic topic, int partition, string token, AppendConditions conditions, CancellationToken cancellationToken) =>
        _inner?.FenceAsync(topic, partition, token, conditions, cancellationToken)
        ?? _log!.FenceAsync(topic, partition, token, conditions, cancellationToken);

    /// <summary>An identity for an idempotent producer: of a name, or of nobody yet.</summary>
    /// <param name="name">The producer's name, or null.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public virtual ValueTask<ProducerIdentity> InitProducerAsync(
        ProducerName? name, CancellationToken cancellationToken) =>
        _inner?.InitProducerAsync(name, cancellationToken)
        ?? (name is { } known
            ? _producers!.InitializeAsync(known, cancellationToken)
            : _producers!.AllocateAsync(cancellationToken));

    /// <inheritdoc cref="EventLog.FetchAsync"/>
    public virtual ValueTask<FetchOutcome> FetchAsync(
        Topic topic, int partition, long offset, int bytesMax, CancellationToken cancellationToken) =>
        _inner?.FetchAsync(topic, partition, offset, bytesMax, cancellationToken)
        ?? _log!.FetchAsync(topic, partition, offset, bytesMax, cancellationToken);

    /// <inheritdoc cref="EventLog.WaitAsync"/>
    public virtual ValueTask<bool> WaitAsync(
        Topic topic,
        IReadOnlyList<PartitionPosition> positions,
        TimeSpan timeout,
        CancellationToken cancellationToken) =>
        _inner?.WaitAsync(topic, positions, timeout, cancellationToken)
        ?? _log!.WaitAsync(topic, positions, timeout, cancellationToken);

    /// <inheritdoc cref="EventLog.GetOffsetsAsync"/>
    public virtual ValueTask<PartitionOffsets?> GetOffsetsAsync(
        Topic topic, int partition, CancellationToken cancellationToken) =>
        _inner?.GetOffsetsAsync(topic, partition, cancellationToken)
        ?? _log!.GetOffsetsAsync(topic, partition, cancellationToken);

    /// <inheritdoc cref="EventLog.FindOffsetAsync"/>
    public virtual ValueTask<TimestampLookup?> FindOffsetAsync(
        Topic topic, int partition, long timestamp, CancellationToken cancellationToken) =>
        _inner?.FindOffsetAsync(topic, partition, timestamp, cancellationToken)
        ?? _log!.FindOffsetAsync(topic, partition, timestamp, cancellationToken);

    /// <inheritdoc cref="EventLog.DeleteRecordsAsync"/>
    public virtual ValueTask<DeleteRecordsOutcome> DeleteRecordsAsync(
        Topic topic, int partition, long beforeOffset, CancellationToken cancellationToken) =>
        _inner?.DeleteRecordsAsync(topic, partition, beforeOffset, cancellationToken)
        ?? _log!.DeleteRecordsAsync(topic, partition, beforeOffset, cancellationToken);

    /// <summary>Has the node's keeper run, over all topics or one.</summary>
    /// <param name="topic">The topic's name, or null.</param>
    /// <param name="cancellationToken">Ends the run behind the step that it is at.</param>
    public virtual ValueTask<KeeperOutcome> KeepAsync(TopicName? topic, CancellationToken cancellationToken) =>
        _inner?.KeepAsync(topic, cancellationToken)
        ?? (topic is { } one ? _keeper!.RunAsync(one, cancellationToken) : _keeper!.RunAsync(cancellationToken));

    /// <inheritdoc cref="GroupCoordinator.ExecuteAsync(GroupId, GroupRequest, CancellationToken)"/>
    public virtual ValueTask<GroupOutcome> ExecuteAsync(
        GroupId group, GroupRequest request, CancellationToken cancellationToken) =>
        _inner?.ExecuteAsync(group, request, cancellationToken)
        ?? _groups!.ExecuteAsync(group, request, cancellationToken);

    /// <inheritdoc cref="GroupCoordinator.CreateAsync"/>
    public virtual ValueTask<GroupOutcome> JoinAsync(
        GroupId group, InstanceId instance, InstanceSettings settings, CancellationToken cancellationToken) =>
        _inner?.JoinAsync(group, instance, settings, cancellationToken)
        ?? _groups!.CreateAsync(group, instance, settings, cancellationToken);

    /// <inheritdoc cref="GroupReader.ReadAsync"/>
    public virtual ValueTask<ReadOutcome> ReadAsync(
        GroupId group, InstanceId instance, ReadRequest request, CancellationToken cancellationToken) =>
        _inner?.ReadAsync(group, instance, request, cancellationToken)
        ?? _reader!.ReadAsync(group, instance, _ => request, cancellationToken);

    /// <inheritdoc
    /// cref="GroupCoordinator.CommitAsync(GroupId, InstanceId, int?, IReadOnlyList{PartitionOffset}?, CancellationToken)"/>
    public virtual ValueTask<GroupOutcome> CommitAsync(
        GroupId group,
        InstanceId instance,
        int? epoch,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken) =>
        _inner?.CommitAsync(group, instance, epoch, offsets, cancellationToken)
        ?? _groups!.CommitAsync(group, instance, epoch, offsets, cancellationToken);

    /// <summary>Sets or removes committed offsets for nobody in particular.</summary>
    /// <param name="group">The group.</param>
    /// <param name="offsets">What to commit.</param>
    /// <param name="removed">Partitions whose offsets are forgotten.</param>
    /// <param name="cancellationToken">Abandons the wait; some or all may be done nevertheless.</param>
    public virtual ValueTask<GroupOutcome> AlterOffsetsAsync(
        GroupId group,
        IReadOnlyList<PartitionOffset> offsets,
        IReadOnlyList<TopicPartition> removed,
        CancellationToken cancellationToken) =>
        _inner?.AlterOffsetsAsync(group, offsets, removed, cancellationToken)
        ?? _groups!.AlterOffsetsAsync(group, offsets, removed, onlyIfEmpty: false, cancellationToken);

    /// <inheritdoc cref="GroupCoordinator.CloseAsync"/>
    public virtual ValueTask<GroupOutcome> LeaveAsync(
        GroupId group, InstanceId instance, CancellationToken cancellationToken) =>
        _inner?.LeaveAsync(group, instance, cancellationToken)
        ?? _groups!.CloseAsync(group, instance, cancellationToken);

    /// <inheritdoc cref="GroupCoordinator.FetchOffsetsAsync"/>
    public virtual ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchOffsetsAsync(
        GroupId group, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        _inner?.FetchOffsetsAsync(group, partitions, cancellationToken)
        ?? _groups!.FetchOffsetsAsync(group, partitions, cancellationToken);
}
