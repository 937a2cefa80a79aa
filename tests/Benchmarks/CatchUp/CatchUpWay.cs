namespace Serverless.Benchmarks.CatchUp;

/// <summary>A way to read a topic from its beginning to its end.</summary>
/// <param name="Name">In the report.</param>
/// <param name="IsBounded">Whether the bound holds for it: what a client gets that asks for nothing special.</param>
/// <param name="SlowTails">How many clients read a live tail slowly meanwhile.</param>
/// <param name="Read">Reads all; ends when every record has come, and gives the bytes of the answers.</param>
internal sealed record CatchUpWay(string Name, bool IsBounded, int SlowTails, Func<CatchUpTopic, Task<long>> Read)
{
    private const int LinesPerPage = 10_000;
    private const int LargePage = 16 * 1024 * 1024;
    private const int SlowTailsBeside = 8;

    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<CatchUpWay> All { get; } =
    [
        new("raw batches, one client", true, 0, static topic => PageReaders.RunAsync(topic, clients: 1, Batches)),
        new("raw batches, a client for each partition", true, 0, static topic =>
            PageReaders.RunAsync(topic, CatchUpTopic.Partitions, Batches)),
        new("NDJSON, one client", true, 0, static topic => PageReaders.RunAsync(topic, clients: 1, Lines)),
        new("NDJSON, a client for each partition", true, 0, static topic =>
            PageReaders.RunAsync(topic, CatchUpTopic.Partitions, Lines)),
        new("v2 group, a consumer for each partition", true, 0, GroupReaders.RunAsync),
        new("raw batches, a client for each partition, beside slow tails", true, SlowTailsBeside, static topic =>
            PageReaders.RunAsync(topic, CatchUpTopic.Partitions, Batches)),
        new("raw batches in answers of 16 MiB, a client for each partition", false, 0, static topic =>
            PageReaders.RunAsync(topic, CatchUpTopic.Partitions, LargeBatches)),
    ];

    private static (string Path, string Accept) Batches(int partition, long offset) =>
        (FormattableString.Invariant($"{CatchUpTopic.Path}/partitions/{partition}/batches?offset={offset}"), "*/*");

    private static (string Path, string Accept) LargeBatches(int partition, long offset) => (
        FormattableString.Invariant(
            $"{CatchUpTopic.Path}/partitions/{partition}/batches?offset={offset}&max_bytes={LargePage}"),
        "*/*");

    private static (string Path, string Accept) Lines(int partition, long offset) => (
        FormattableString.Invariant(
            $"{CatchUpTopic.Path}/partitions/{partition}/records?offset={offset}&limit={LinesPerPage}"),
        "application/x-ndjson");
}
