namespace Serverless.StorageEngine.Log.Rows;

/// <summary>What a segment that no segment row names waits for.</summary>
internal enum DiscardState
{
    /// <summary>
    /// A copy that is being written: the transaction that makes it count removes this row. A copy that takes too long is
    /// first moved to <see cref="Deleting"/>, so that a writer that slept cannot make it count any more.
    /// </summary>
    Copying,

    /// <summary>A segment that counted: its bytes go when readers that still know it had time to end.</summary>
    Retired,

    /// <summary>A copy that was given up: its bytes go now, and it never comes to count.</summary>
    Deleting,
}
