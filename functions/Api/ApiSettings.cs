using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api;

/// <summary>
/// The limits of a node's HTTP API. Defaults suit a small cloud instance; <see cref="Check"/> states the ranges.
/// </summary>
public sealed record ApiSettings
{
    private const int MiB = 1024 * 1024;

    /// <summary>The largest body of a request that is stored as a whole or not at all, in bytes.</summary>
    public int RequestBytesMax { get; init; } = 16 * MiB;

    /// <summary>The most records in such a request; bounds the answer, which names the offset of each.</summary>
    public int RequestRecordsMax { get; init; } = 100_000;

    /// <summary>
    /// The most bytes that all requests together hold of bodies that are stored as a whole or not at all, of large
    /// single items of streams and of what streams are batching or appending, of what was fetched until the client has taken it, and of compressed batches restored
    /// to check them or to show their records; past it requests are answered 429 until others have ended. Never less
    /// than the largest request or page and the largest restored batch, so that one request alone is always served.
    /// </summary>
    public long RequestMemoryBytesMax { get; init; } = 512L * MiB;

    /// <summary>The largest body of a streamed request, in bytes; the platform's own limit may be lower.</summary>
    public long StreamBytesMax { get; init; } = 1024L * MiB;

    /// <summary>
    /// A stream's batch is appended when it has this many bytes, or the topic's <c>max.message.bytes</c> if less.
    /// </summary>
    public int StreamBatchBytesMax { get; init; } = 1 * MiB;

    /// <summary>
    /// A stream's batch is appended when its first record is this old, so that slow streams are acknowledged too.
    /// </summary>
    public TimeSpan StreamLinger { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How long one record of a stream may take to arrive. Between records a producer may be silent; in the middle of
    /// one it holds memory, up to a record's most bytes.
    /// </summary>
    public TimeSpan StreamItemTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The most bytes of one stream that are being batched or appended, over all partitions; then the client waits.
    /// </summary>
    public int StreamPendingBytesMax { get; init; } = 8 * MiB;

    /// <summary>The most headers of one record.</summary>
    public int RecordHeadersMax { get; init; } = 100;

    /// <summary>Whether records get the trace context of their request as headers, some 70 bytes each.</summary>
    public bool RecordTraceContext { get; init; } = true;

    /// <summary>
    /// The number of records in an answer when the client names no limit (Kafka's <c>max.poll.records</c>).
    /// </summary>
    public int PageRecordsDefault { get; init; } = 500;

    /// <summary>The most records in one answer.</summary>
    public int PageRecordsMax { get; init; } = 10_000;

    /// <summary>
    /// The bytes of records in an answer when the client names no limit (Kafka's <c>max.partition.fetch.bytes</c>).
    /// </summary>
    public int PageBytesDefault { get; init; } = 1 * MiB;

    /// <summary>The most bytes of records in one answer; a single larger record is given nevertheless.</summary>
    public int PageBytesMax { get; init; } = 16 * MiB;

    /// <summary>
    /// The most partitions of a topic that is read, or followed, as a whole; beyond it clients read partition by
    /// partition. The cursor of such a read names every partition and comes back in a URL or a header, each event of a
    /// tail carries it, and servers and proxies take 8 KiB: 256 partitions with the largest offsets fit.
    /// </summary>
    public int TopicReadPartitionsMax { get; init; } = 128;

    /// <summary>The longest time that a read waits for records; the platform cuts answers at 230 seconds.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A live tail ends itself after this time, before the platform cuts it at 230 seconds.</summary>
    public TimeSpan TailDurationMax { get; init; } = TimeSpan.FromSeconds(220);

    /// <summary>A live tail sends something at least this often, so that proxies keep the connection.</summary>
    public TimeSpan TailHeartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What <c>Retry-After</c> says when nothing better is known.</summary>
    public TimeSpan RetryAfterDefault { get; init; } = TimeSpan.FromSeconds(1);

    private long RequestMemoryBytesLeast =>
        (long)Math.Max(RequestBytesMax, PageBytesMax) + (2 * RecordBatchReader.DecompressedBytesMax);

    /// <summary>Names every setting that is out of range, in one sentence each; empty when all are fine.</summary>
    public IReadOnlyList<string> Check() =>
    [
        .. Between(nameof(RequestBytesMax), RequestBytesMax, 1024, 1024 * MiB),
        .. Between(nameof(RequestRecordsMax), RequestRecordsMax, 1, 10_000_000),
        .. Between(nameof(RequestMemoryBytesMax), RequestMemoryBytesMax, RequestMemoryBytesLeast, 1L << 40),
        .. Between(nameof(StreamBytesMax), StreamBytesMax, 1024, long.MaxValue),
        .. Between(nameof(StreamBatchBytesMax), StreamBatchBytesMax, 1024, 64 * MiB),
        .. Between(nameof(StreamLinger), StreamLinger, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
        .. Between(nameof(StreamItemTimeout), StreamItemTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        .. Between(nameof(StreamPendingBytesMax), StreamPendingBytesMax, 1024, 1024 * MiB),
        .. Between(nameof(RecordHeadersMax), RecordHeadersMax, 0, RecordHeaderRules.CountMax),
        .. Between(nameof(PageRecordsMax), PageRecordsMax, 1, 1_000_000),
        .. Between(nameof(PageRecordsDefault), PageRecordsDefault, 1, 1_000_000),
        .. AtMost(nameof(PageRecordsDefault), PageRecordsDefault, nameof(PageRecordsMax), PageRecordsMax),
        .. Between(nameof(PageBytesMax), PageBytesMax, 1024, 1024 * MiB),
        .. Between(nameof(PageBytesDefault), PageBytesDefault, 1, 1024 * MiB),
        .. AtMost(nameof(PageBytesDefault), PageBytesDefault, nameof(PageBytesMax), PageBytesMax),
        .. Between(nameof(TopicReadPartitionsMax), TopicReadPartitionsMax, 1, 256),
        .. Between(nameof(WaitMax), WaitMax, TimeSpan.Zero, TimeSpan.FromHours(1)),
        .. Between(nameof(TailDurationMax), TailDurationMax, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        .. Between(nameof(TailHeartbeat), TailHeartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        .. Between(nameof(RetryAfterDefault), RetryAfterDefault, TimeSpan.Zero, TimeSpan.FromHours(1)),
    ];

    private static IEnumerable<string> Between<T>(string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            yield return $"{name} is {value}; it must be between {least} and {most}.";
        }
    }

    private static IEnumerable<string> AtMost(string name, int value, string other, int most)
    {
        if (value > most)
        {
            yield return $"{name} is {value} and {other} is {most}: the former must not be larger.";
        }
    }
}
