namespace Serverless.StorageEngine.SharedLogs;

/// <summary>What is to happen to a segment in a shared log.</summary>
internal enum SharedWriteKind
{
    /// <summary>It comes to exist.</summary>
    Create,

    /// <summary>It gets more bytes.</summary>
    Append,

    /// <summary>It goes.</summary>
    Delete,

    /// <summary>Nothing: the carrier of a number is to be sealed, so that what it holds can go.</summary>
    Seal,
}
