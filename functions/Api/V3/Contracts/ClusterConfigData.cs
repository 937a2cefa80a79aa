namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A setting of all brokers, and where its value comes from.</summary>
internal sealed record ClusterConfigData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    string ConfigType,
    string Name,
    string Value,
    bool IsDefault,
    bool IsReadOnly,
    bool IsSensitive,
    string Source,
    IReadOnlyList<ConfigSynonym> Synonyms);
