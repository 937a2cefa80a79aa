namespace Serverless.StorageEngine.Azure;

/// <summary>What a service answer means for the caller of a port.</summary>
internal enum AzureVerdict
{
    /// <summary>A creation found what it was to create.</summary>
    AlreadyExists,

    /// <summary>The blob's length is not the stated position; this request stored nothing.</summary>
    PositionTaken,

    /// <summary>The blob takes no more blocks.</summary>
    Full,

    /// <summary>A commit names a block that the service does not have; nothing was committed.</summary>
    PartsMissing,

    /// <summary>The blob or the row does not exist, while its container or table does.</summary>
    Missing,

    /// <summary>The range begins at or behind the blob's end.</summary>
    AtEnd,

    /// <summary>A row's condition did not hold; nothing was changed.</summary>
    Conflict,

    /// <summary>Certainly nothing was changed, and nothing was read.</summary>
    Unavailable,

    /// <summary>A write may have happened, may not have happened, or may still happen.</summary>
    OutcomeUnknown,
}
