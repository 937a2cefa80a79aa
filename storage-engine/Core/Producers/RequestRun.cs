namespace Serverless.StorageEngine.Producers;

/// <summary>Records of one keyed request that lie one behind the other in the log.</summary>
/// <param name="Request">The request; never 0.</param>
/// <param name="FirstOrdinal">Which of the request's records for the partition is the first one.</param>
/// <param name="RecordCount">At least 1; the ordinals and the offsets of all follow each other without a gap.</param>
/// <param name="BaseOffset">The offset of the first record.</param>
/// <param name="AppendTime">The time given to all of them, or <see cref="SequenceVerdict.NoAppendTime"/>.</param>
/// <param name="LastTime">The log's time of the last batch of them.</param>
internal readonly record struct RequestRun(
    Bits128 Request, int FirstOrdinal, int RecordCount, long BaseOffset, long AppendTime, long LastTime)
{
    /// <summary>How many bits of <see cref="Request"/>, the lowest ones, tell requests with one key apart.</summary>
    public const int FingerprintBits = 32;

    /// <summary>What stands for the key alone.</summary>
    public static Bits128 WithoutFingerprint(Bits128 request) =>
        request with { Low = request.Low >> FingerprintBits << FingerprintBits };

    /// <summary>The ordinal behind the last record.</summary>
    public long EndOrdinal => (long)FirstOrdinal + RecordCount;

    /// <summary>The offset behind the last record.</summary>
    public long EndOffset => BaseOffset + RecordCount;

    /// <summary>Orders runs by request, then by ordinal.</summary>
    public static IComparer<RequestRun> ByRequest { get; } = Comparer<RequestRun>.Create(static (left, right) =>
    {
        var byRequest = left.Request.CompareTo(right.Request);
        return byRequest != 0 ? byRequest : left.FirstOrdinal.CompareTo(right.FirstOrdinal);
    });

    /// <summary>Orders runs by their place in the log, and so by age.</summary>
    public static IComparer<RequestRun> ByEndOffset { get; } = Comparer<RequestRun>.Create(
        static (left, right) => left.EndOffset.CompareTo(right.EndOffset));

    /// <summary>Whether a batch that comes next in the log is the next one of the request too, unless this run has
    /// expired.</summary>
    public bool IsContinuedBy(RequestRun batch) =>
        Request == batch.Request
        && EndOrdinal == batch.FirstOrdinal
        && EndOffset == batch.BaseOffset
        && AppendTime == batch.AppendTime
        && (long)RecordCount + batch.RecordCount <= int.MaxValue;
}
