namespace Serverless.StorageEngine.Storage;

/// <summary>Limits that every segment store keeps, taken from the Azure append blob (the strictest of the
/// adapters).</summary>
public static class SegmentLimits
{
    /// <summary>
    /// The largest block, in bytes. The service takes 100 MiB since version 2022-11-02, but its scalability page still
    /// says 4 MiB, which every version takes; larger blocks gain nothing (see ARCHITECTURE.md).
    /// </summary>
    public const int BlockBytesMax = 4 * 1024 * 1024;

    /// <summary>The number of blocks after which a segment is full: the service's limit for an append blob.</summary>
    public const int BlocksMax = 50_000;

    /// <summary>The most parts of a segment that is written as a whole: the service's limit for a block
    /// blob.</summary>
    public const int PartsMax = 50_000;

    /// <summary>The longest segment name, in characters; the service's limit for blob names.</summary>
    public const int NameLengthMax = 1_024;
}
