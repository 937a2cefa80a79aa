namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A setting of the broker that clients see, and where its value comes from.</summary>
internal sealed record BrokerConfigData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    int BrokerId,
    string Name,
    string Value,
    bool IsDefault,
    bool IsReadOnly,
    bool IsSensitive,
    string Source,
    IReadOnlyList<ConfigSynonym> Synonyms);
