using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>How much of a log's rows is read, held and changed at once.</summary>
internal static class LogRowsLimits
{
    /// <summary>Rows in one page. With indexes a row has some 25 KiB, so this bounds what a page takes of the
    /// memory.</summary>
    public const int PageRowsMax = 100;

    /// <summary>
    /// The most segments of a log that are held, the oldest ones; some 8 MB. What is newer waits until these have gone
    /// or have been put together.
    /// </summary>
    public const int SegmentsMax = 20_000;

    /// <summary>The most discards of a log that are held; the rest waits until these have gone.</summary>
    public const int DiscardsMax = 10_000;

    /// <summary>The most segments that one transaction retires or replaces: each is two changes, beside the head, the
    /// copy's row and the copy's discard.</summary>
    public const int SegmentsChangedMax = (TableLimits.TransactionRowsMax - 4) / 2;

    /// <summary>The most copies without a row that one transaction gives up, beside the head.</summary>
    public const int StraysMax = TableLimits.TransactionRowsMax - 1;
}
