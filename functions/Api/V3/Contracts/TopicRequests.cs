namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>Creates a topic. Members are null where the client left them out.</summary>
internal sealed record CreateTopicRequest(
    string? TopicName = null,
    int? PartitionsCount = null,
    int? ReplicationFactor = null,
    IReadOnlyList<ReplicasAssignment>? ReplicasAssignments = null,
    IReadOnlyList<ConfigEntry>? Configs = null,
    bool? ValidateOnly = null);

/// <summary>Which brokers shall hold a partition.</summary>
internal sealed record ReplicasAssignment(int? PartitionId = null, IReadOnlyList<int>? BrokerIds = null);

/// <summary>A setting of a new topic.</summary>
internal sealed record ConfigEntry(string? Name = null, string? Value = null);

/// <summary>Raises the number of partitions.</summary>
internal sealed record UpdateTopicRequest(int? PartitionsCount = null);

/// <summary>Sets one setting.</summary>
internal sealed record UpdateConfigRequest(string? Value = null);

/// <summary>Changes several settings at once, all or none.</summary>
internal sealed record AlterConfigsRequest(
    IReadOnlyList<ConfigAlteration>? Data = null, bool? ValidateOnly = null);

/// <summary>Changes settings of several topics at once, of each topic all or none.</summary>
internal sealed record AlterTopicsConfigsRequest(
    IReadOnlyList<TopicAlterations>? Data = null, bool? ValidateOnly = null);

/// <summary>The changes of one topic.</summary>
internal sealed record TopicAlterations(string? TopicName = null, IReadOnlyList<ConfigAlteration>? Configs = null);

/// <summary>The topics that were not changed; the others were.</summary>
internal sealed record AlterTopicsConfigsAnswer(IReadOnlyList<TopicAlterationFailure> Failures);

/// <summary>Why a topic was not changed.</summary>
internal sealed record TopicAlterationFailure(string TopicName, int ErrorCode, string Message);

/// <summary>One of the changes; the operation is <c>SET</c> when it is left out.</summary>
internal sealed record ConfigAlteration(string? Name = null, string? Value = null, string? Operation = null);
