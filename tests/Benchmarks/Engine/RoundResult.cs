using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Engine;

/// <summary>One round of a workload.</summary>
/// <param name="RecordsPerRequest">Records of a batch.</param>
/// <param name="BatchBytes">Bytes of a batch.</param>
/// <param name="Build">The building of the batches, before anything was sent.</param>
/// <param name="RawProduce">The raw store's appends.</param>
/// <param name="LogProduce">The engine's appends.</param>
/// <param name="RawFetch">The raw store's reads.</param>
/// <param name="LogFetch">The engine's fetches, by a node that had not seen the log before.</param>
internal sealed record RoundResult(
    int RecordsPerRequest,
    int BatchBytes,
    Sample Build,
    Sample RawProduce,
    Sample LogProduce,
    Sample RawFetch,
    Sample LogFetch);
