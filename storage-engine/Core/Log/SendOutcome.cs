namespace Serverless.StorageEngine.Log;

/// <summary>What became of a block.</summary>
internal enum SendOutcome
{
    /// <summary>It is in the log.</summary>
    Stored,

    /// <summary>Another block has its position: it is not in the log and never will be.</summary>
    Lost,

    /// <summary>The segment takes no more blocks; it is not in the log and never will be.</summary>
    Full,

    /// <summary>The segment does not exist; it is not in the log and never will be.</summary>
    Gone,

    /// <summary>Storage did not take it; it is not in the log and never will be.</summary>
    Unavailable,

    /// <summary>It may be in the log, or may still get there.</summary>
    Unknown,
}
