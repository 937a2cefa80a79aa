using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>A group as it is at one moment, for those who look at it from outside.</summary>
/// <param name="Group">Its id.</param>
/// <param name="State">Its epochs, members and assignment, without members whose sessions are over.</param>
/// <param name="Instances">What its members have read, by name; none for a static member that is away.</param>
/// <param name="Offsets">All offsets that it has committed and that are not forgotten.</param>
public sealed record GroupDescription(
    GroupId Group,
    GroupState State,
    IReadOnlyDictionary<InstanceId, ConsumerInstance> Instances,
    IReadOnlyDictionary<TopicPartition, CommittedOffset> Offsets);
