using Serverless.Functions.Api;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Host.Settings;

/// <summary>The limits of the endpoints.</summary>
internal static class EndpointSettings
{
    private const int MiB = 1024 * 1024;

    private static readonly ApiSettings Defaults = new();

    /// <summary>See <see cref="ApiSettings.RequestBytesMax"/>.</summary>
    public static readonly Setting<long> RequestBytesMax = Setting.Number(
        "request-bytes-max",
        Defaults.RequestBytesMax,
        1_024,
        1_024 * MiB,
        "bytes",
        "the largest request that is stored as a whole or not at all; a larger one gets 413");

    /// <summary>See <see cref="ApiSettings.RequestRecordsMax"/>.</summary>
    public static readonly Setting<long> RequestRecordsMax = Setting.Number(
        "request-records-max",
        Defaults.RequestRecordsMax,
        1,
        10_000_000,
        "records",
        "the most records in such a request");

    /// <summary>See <see cref="ApiSettings.RequestMemoryBytesMax"/>.</summary>
    public static readonly Setting<long> RequestMemoryBytesMax = Setting.Number(
        "request-memory-bytes-max",
        Defaults.RequestMemoryBytesMax,
        80 * MiB,
        1L << 40,
        "bytes",
        "what all requests together may hold of bodies, batches of streams, fetched and restored batches; past it they get 429");

    /// <summary>See <see cref="ApiSettings.StreamBytesMax"/>.</summary>
    public static readonly Setting<long> StreamBytesMax = Setting.Number(
        "stream-bytes-max", Defaults.StreamBytesMax, 1_024, 1L << 50, "bytes", "the largest streamed request");

    /// <summary>See <see cref="ApiSettings.StreamBatchBytesMax"/>.</summary>
    public static readonly Setting<long> StreamBatchBytesMax = Setting.Number(
        "stream-batch-bytes-max",
        Defaults.StreamBatchBytesMax,
        1_024,
        64 * MiB,
        "bytes",
        "a stream's batch is appended when it is this large");

    /// <summary>See <see cref="ApiSettings.StreamLinger"/>.</summary>
    public static readonly Setting<TimeSpan> StreamLinger = Setting.Milliseconds(
        "stream-linger-ms",
        Defaults.StreamLinger,
        0,
        60_000,
        "a stream's batch is appended when its first record is this old");

    /// <summary>See <see cref="ApiSettings.StreamItemTimeout"/>.</summary>
    public static readonly Setting<TimeSpan> StreamItemTimeout = Setting.Milliseconds(
        "stream-item-timeout-ms",
        Defaults.StreamItemTimeout,
        1_000,
        3_600_000,
        "how long one record of a stream may take to arrive; a slower one gets 408");

    /// <summary>See <see cref="ApiSettings.StreamPendingBytesMax"/>.</summary>
    public static readonly Setting<long> StreamPendingBytesMax = Setting.Number(
        "stream-pending-bytes-max",
        Defaults.StreamPendingBytesMax,
        1_024,
        1_024 * MiB,
        "bytes",
        "how much of one stream may be on its way; then the client waits");

    /// <summary>See <see cref="ApiSettings.RecordHeadersMax"/>.</summary>
    public static readonly Setting<long> RecordHeadersMax = Setting.Number(
        "record-headers-max", Defaults.RecordHeadersMax, 0, RecordHeaderRules.CountMax, "headers", "the most headers of one record");

    /// <summary>See <see cref="ApiSettings.RecordTraceContext"/>.</summary>
    public static readonly Setting<bool> RecordTraceContext = Setting.Switch(
        "record-trace-context",
        Defaults.RecordTraceContext,
        "whether records without a traceparent header get that of the request that produced them");

    /// <summary>See <see cref="ApiSettings.PageRecordsDefault"/>.</summary>
    public static readonly Setting<long> PageRecordsDefault = Setting.Number(
        "page-records-default",
        Defaults.PageRecordsDefault,
        1,
        1_000_000,
        "records",
        "how many records a read gives when the client does not say");

    /// <summary>See <see cref="ApiSettings.PageRecordsMax"/>.</summary>
    public static readonly Setting<long> PageRecordsMax = Setting.Number(
        "page-records-max", Defaults.PageRecordsMax, 1, 1_000_000, "records", "the most records that a read gives");

    /// <summary>See <see cref="ApiSettings.PageBytesDefault"/>.</summary>
    public static readonly Setting<long> PageBytesDefault = Setting.Number(
        "page-bytes-default",
        Defaults.PageBytesDefault,
        1,
        1_024 * MiB,
        "bytes",
        "how many bytes a read gives when the client does not say");

    /// <summary>See <see cref="ApiSettings.PageBytesMax"/>.</summary>
    public static readonly Setting<long> PageBytesMax = Setting.Number(
        "page-bytes-max", Defaults.PageBytesMax, 1_024, 1_024 * MiB, "bytes", "the most bytes that a read gives");

    /// <summary>See <see cref="ApiSettings.TopicReadPartitionsMax"/>.</summary>
    public static readonly Setting<long> TopicReadPartitionsMax = Setting.Number(
        "topic-read-partitions-max",
        Defaults.TopicReadPartitionsMax,
        1,
        256,
        "partitions",
        "the most partitions of a topic that is read as a whole; larger ones are read by partition");

    /// <summary>See <see cref="ApiSettings.WaitMax"/>.</summary>
    public static readonly Setting<TimeSpan> WaitMax = Setting.Milliseconds(
        "wait-ms-max", Defaults.WaitMax, 0, 3_600_000, "the longest time that a read waits for records");

    /// <summary>See <see cref="ApiSettings.TailDurationMax"/>.</summary>
    public static readonly Setting<TimeSpan> TailDurationMax = Setting.Milliseconds(
        "tail-ms-max", Defaults.TailDurationMax, 1_000, 86_400_000, "a live tail ends itself after this time");

    /// <summary>See <see cref="ApiSettings.TailHeartbeat"/>.</summary>
    public static readonly Setting<TimeSpan> TailHeartbeat = Setting.Milliseconds(
        "tail-heartbeat-ms", Defaults.TailHeartbeat, 100, 3_600_000, "a live tail sends something at least this often");

    /// <summary>See <see cref="ApiSettings.RetryAfterDefault"/>.</summary>
    public static readonly Setting<TimeSpan> RetryAfterDefault = Setting.Milliseconds(
        "retry-after-ms",
        Defaults.RetryAfterDefault,
        0,
        3_600_000,
        "what Retry-After says when nothing better is known");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        RequestBytesMax, RequestRecordsMax, RequestMemoryBytesMax, StreamBytesMax, StreamBatchBytesMax, StreamLinger,
        StreamItemTimeout, StreamPendingBytesMax, RecordHeadersMax, RecordTraceContext, PageRecordsDefault,
        PageRecordsMax, PageBytesDefault, PageBytesMax, TopicReadPartitionsMax, WaitMax, TailDurationMax, TailHeartbeat,
        RetryAfterDefault,
    ];

    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static ApiSettings Read(SettingValues values) => new()
    {
        RequestBytesMax = (int)values.Get(RequestBytesMax),
        RequestRecordsMax = (int)values.Get(RequestRecordsMax),
        RequestMemoryBytesMax = values.Get(RequestMemoryBytesMax),
        StreamBytesMax = values.Get(StreamBytesMax),
        StreamBatchBytesMax = (int)values.Get(StreamBatchBytesMax),
        StreamLinger = values.Get(StreamLinger),
        StreamItemTimeout = values.Get(StreamItemTimeout),
        StreamPendingBytesMax = (int)values.Get(StreamPendingBytesMax),
        RecordHeadersMax = (int)values.Get(RecordHeadersMax),
        RecordTraceContext = values.Get(RecordTraceContext),
        PageRecordsDefault = (int)values.Get(PageRecordsDefault),
        PageRecordsMax = (int)values.Get(PageRecordsMax),
        PageBytesDefault = (int)values.Get(PageBytesDefault),
        PageBytesMax = (int)values.Get(PageBytesMax),
        TopicReadPartitionsMax = (int)values.Get(TopicReadPartitionsMax),
        WaitMax = values.Get(WaitMax),
        TailDurationMax = values.Get(TailDurationMax),
        TailHeartbeat = values.Get(TailHeartbeat),
        RetryAfterDefault = values.Get(RetryAfterDefault),
    };
}
