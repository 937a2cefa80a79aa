namespace Serverless.StorageEngine.Embedded;

/// <summary>A row of the table <c>segment</c> that has a name.</summary>
/// <param name="Id">The number under which its blocks are found.</param>
/// <param name="State">How it is written.</param>
internal readonly record struct SegmentEntry(long Id, SegmentState State)
{
    /// <summary>Whether anyone but the one who stages it may know of it.</summary>
    public bool Exists => State != SegmentState.Staged;
}
