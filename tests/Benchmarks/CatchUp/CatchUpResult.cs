namespace Serverless.Benchmarks.CatchUp;

/// <summary>What reading all of a topic took.</summary>
/// <param name="Way">How it was read.</param>
/// <param name="Records">How many records the topic has.</param>
/// <param name="LogBytes">How many bytes of record batches.</param>
/// <param name="AnswerBytes">Bytes of the bodies of answers.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="CpuSeconds">Of the node's process.</param>
/// <param name="RestBytes">The node's memory before.</param>
/// <param name="PeakBytes">The most memory that the node had meanwhile.</param>
/// <param name="OwnBytes">The most of memory of its own: heaps and stacks.</param>
/// <param name="MappedBytes">The most of mapped files: programs and the database's index of its log.</param>
internal sealed record CatchUpResult(
    CatchUpWay Way,
    long Records,
    long LogBytes,
    long AnswerBytes,
    double Seconds,
    double CpuSeconds,
    long RestBytes,
    long PeakBytes,
    long OwnBytes,
    long MappedBytes);
