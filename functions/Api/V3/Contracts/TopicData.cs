namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A topic.</summary>
internal sealed record TopicData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string TopicName,
    bool IsInternal,
    int ReplicationFactor,
    int PartitionsCount,
    Link Partitions,
    Link Configs,
    Link PartitionReassignments,
    IReadOnlyList<string> AuthorizedOperations);

/// <summary>A setting of a topic, and where its value comes from.</summary>
internal sealed record TopicConfigData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string TopicName,
    string Name,
    string Value,
    bool IsDefault,
    bool IsReadOnly,
    bool IsSensitive,
    string Source,
    IReadOnlyList<ConfigSynonym> Synonyms);

/// <summary>One of the places that can give a setting its value; the first is in force.</summary>
internal sealed record ConfigSynonym(string Name, string Value, string Source);
