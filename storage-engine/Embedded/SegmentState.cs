namespace Serverless.StorageEngine.Embedded;

/// <summary>How a segment of the embedded file is written; persisted as <c>segment.state</c>.</summary>
internal enum SegmentState
{
    /// <summary>By appends; it exists.</summary>
    Appended = 0,

    /// <summary>As a whole, and not committed: it holds a name and parts, and does not exist for anyone.</summary>
    Staged = 1,

    /// <summary>As a whole; it exists and takes no append.</summary>
    Whole = 2,
}
