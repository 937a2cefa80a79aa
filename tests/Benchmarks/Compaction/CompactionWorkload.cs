namespace Serverless.Benchmarks.Compaction;

/// <summary>A log to be compacted: every key about twice, and all of it dirty.</summary>
/// <param name="Bytes">What its segments have together.</param>
/// <param name="Keys">The number of different keys.</param>
/// <param name="CompressionType">The topic's <c>compression.type</c>, which the copies follow.</param>
internal sealed record CompactionWorkload(long Bytes, int Keys, string CompressionType)
{
    /// <summary>The size that the issue asks for, in MiB.</summary>
    public const int MebibytesDefault = 4096;

    private const long Mebibyte = 1024 * 1024;
    private const long KeysDefault = 10_000_000;

    /// <summary>A quarter of the log, so that several segments are rewritten.</summary>
    public long SegmentBytes => Bytes / 4;

    /// <summary>A log of so many MiB, with as many keys to the MiB as 10 million in 4 GiB.</summary>
    public static CompactionWorkload Of(int mebibytes, string compressionType) =>
        new(mebibytes * Mebibyte, (int)(mebibytes * KeysDefault / MebibytesDefault), compressionType);
}
