using Serverless.StorageEngine.Log;

namespace Serverless.Benchmarks.Engine;

/// <summary>Records of one size in requests of one size, over one kind of store.</summary>
/// <param name="Store">What the engine runs over.</param>
/// <param name="RecordBytes">The size of a record's value.</param>
/// <param name="RecordsPerRequest">Records of a request, which is one batch.</param>
/// <param name="Requests">Requests of a round.</param>
/// <param name="InFlight">Requests of one partition that wait for an answer at the same time.</param>
/// <param name="Partitions">Partitions that are written and read at the same time.</param>
/// <param name="Nodes">Nodes that share the partitions out; all in this process.</param>
internal sealed record Workload(
    StoreKind Store,
    int RecordBytes,
    int RecordsPerRequest,
    int Requests,
    int InFlight = 1,
    int Partitions = 1,
    int Nodes = 1)
{
    private const int Mebi = 1024;

    /// <summary>
    /// A cover of the matrix: every size of record and request at one partition, with one request in flight and with
    /// several; partitions and nodes at the sizes in the middle. Requests of 10,000 records of 1 or 10 KiB would be
    /// larger than a batch may be, so those of a MiB stand for them.
    /// </summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new(StoreKind.Embedded, 100, 1, 300),
        new(StoreKind.Embedded, 100, 1, 6_000, InFlight: 64),
        new(StoreKind.Embedded, 100, 100, 3_000, InFlight: 8),
        new(StoreKind.Embedded, 100, 10_000, 256),
        new(StoreKind.Embedded, 1_024, 1, 6_000, InFlight: 64),
        new(StoreKind.Embedded, 1_024, 256, 1_024),
        new(StoreKind.Embedded, 1_024, Mebi, 256),
        new(StoreKind.Embedded, 1_024, Mebi, 256, InFlight: 8),
        new(StoreKind.Embedded, 10_240, 100, 256),
        new(StoreKind.Embedded, 1_024, 256, 1_024, InFlight: 2, Partitions: 8),
        new(StoreKind.Embedded, 1_024, 256, 2_048, InFlight: 2, Partitions: 8, Nodes: 8),
        new(StoreKind.Embedded, 100, 100, 4_000, InFlight: 2, Partitions: 100),
        new(StoreKind.Azurite, 100, 1, 300),
        new(StoreKind.Azurite, 100, 100, 1_500, InFlight: 8),
        new(StoreKind.Azurite, 1_024, 256, 96),
        new(StoreKind.Azurite, 1_024, Mebi, 32),
        new(StoreKind.Azurite, 1_024, 256, 96, InFlight: 2, Partitions: 8),
        new(StoreKind.Azurite, 1_024, 256, 96, InFlight: 2, Partitions: 8, Nodes: 8),
        new(StoreKind.Nothing, 100, 1, 50_000),
        new(StoreKind.Nothing, 100, 1, 50_000, InFlight: 64),
        new(StoreKind.Nothing, 100, 100, 10_000),
        new(StoreKind.Nothing, 100, 1_000, 2_000),
        new(StoreKind.Nothing, 100, 10_000, 300),
    ];

    /// <summary>The sizes in words.</summary>
    public string Name => FormattableString.Invariant(
        $"{StoreName} | {RecordBytes:N0} B | {RecordsPerRequest:N0} | {Partitions} | {Nodes} | {InFlight}");

    private string StoreName => Store.ToString().ToLowerInvariant();

    /// <summary>Whether each node's logs are several times what it keeps in memory, so that of what it sees when it opens
    /// them nothing is left by the time it is read.</summary>
    public bool OutgrowsCache =>
        (long)RecordBytes * RecordsPerRequest * Requests / Nodes > 1.5 * new EventLogSettings().CacheBytesMax;

    /// <summary>The partition of a request.</summary>
    public int PartitionOf(int request) => request % Partitions;
}
