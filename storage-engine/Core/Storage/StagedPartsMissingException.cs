namespace Serverless.StorageEngine.Storage;

/// <summary>
/// A segment could not be committed, because not all of its parts are kept; certainly nothing happened.
/// </summary>
/// <remarks>
/// Either the caller commits more than it staged, which is a bug; or somebody deleted the parts meanwhile, because they
/// seemed to be abandoned. Committing again does not help: the segment has to be written anew, under another name.
/// </remarks>
public sealed class StagedPartsMissingException : Exception
{
    /// <summary>Names the segment and how many parts it was to have.</summary>
    /// <param name="segment">The segment that does not exist.</param>
    /// <param name="partCount">The parts that the commit named.</param>
    /// <param name="innerException">The service's answer, if there is one.</param>
    public StagedPartsMissingException(SegmentName segment, int partCount, Exception? innerException = null)
        : base(
            $"Segment '{segment}' cannot be committed: of its parts 0 to {partCount - 1} some were never staged,"
            + " or were deleted.",
            innerException)
    {
    }
}
