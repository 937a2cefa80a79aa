namespace Serverless.StorageEngine.Storage;

/// <summary>Limits that every table store keeps, taken from Azure Tables and Azurite, whichever is stricter.</summary>
public static class TableLimits
{
    /// <summary>The longest partition or row key, in characters (Azurite refuses more than 512).</summary>
    public const int KeyLengthMax = 512;

    /// <summary>
    /// The largest row content, in bytes. The service's limit is 1 MiB, but Azurite measures the JSON body and refuses
    /// 12 × 64 KiB of base64; 8 × 64 KiB leaves room for keys.
    /// </summary>
    public const int RowBytesMax = 8 * 64 * 1024;

    /// <summary>The most changes in one transaction: the service's limit.</summary>
    public const int TransactionRowsMax = 100;

    /// <summary>The most content bytes in one transaction: the service's limit is 4 MiB of request, which base64
    /// swells by a third.</summary>
    public const int TransactionBytesMax = 2 * 1024 * 1024;

    /// <summary>The most rows in one page: the service's limit.</summary>
    public const int PageRowsMax = 1_000;
}
