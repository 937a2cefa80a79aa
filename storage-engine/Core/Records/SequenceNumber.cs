namespace Serverless.StorageEngine.Records;

/// <summary>
/// Arithmetic of an idempotent producer's sequence numbers: they count records from 0, and 0 follows 2³¹ − 1 (KIP-98).
/// </summary>
internal static class SequenceNumber
{
    private const int Mask = int.MaxValue;

    /// <summary>The number <paramref name="count"/> records behind <paramref name="sequence"/>.</summary>
    public static int After(int sequence, int count) => unchecked(sequence + count) & Mask;

    /// <summary>How many records lie from <paramref name="from"/> to <paramref name="to"/>, forwards: 0 to
    /// 2³¹ − 1.</summary>
    public static int Distance(int from, int to) => unchecked(to - from) & Mask;
}
