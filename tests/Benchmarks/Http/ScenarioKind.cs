namespace Serverless.Benchmarks.Http;

/// <summary>What a scenario's requests do.</summary>
internal enum ScenarioKind
{
    /// <summary>Bring 1,000 records each.</summary>
    Produce,

    /// <summary>Bring one record each.</summary>
    ProduceOne,

    /// <summary>Get 1,000 records each, or a stream of many more.</summary>
    Read,
}
