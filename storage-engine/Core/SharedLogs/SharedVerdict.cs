namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Why a write of a segment in a shared log needs no block.</summary>
internal enum SharedVerdict
{
    /// <summary>The segment is there already, or is longer than the writer thinks; of a seal, it is sealed.</summary>
    Taken,

    /// <summary>There is no such segment; of a deletion, that is what was wanted.</summary>
    Gone,

    /// <summary>The shared log carries as many segments as it can.</summary>
    TooMany,
}
