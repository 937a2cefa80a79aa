namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>The APIs through which records come in.</summary>
internal enum ProduceApi
{
    /// <summary>The native one.</summary>
    Native,

    /// <summary>Confluent's REST Proxy v2.</summary>
    V2,

    /// <summary>Confluent's REST API v3: a stream of records, and of receipts.</summary>
    V3,
}
