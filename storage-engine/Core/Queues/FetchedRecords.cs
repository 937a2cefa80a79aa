using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Queues;

/// <summary>What a partition has of the offsets that a queue may deliver.</summary>
/// <param name="Records">The records, in order.</param>
/// <param name="Passed">Where records lie that nobody can read, and where there are none; in order.</param>
/// <param name="LogStartOffset">The first offset that can be read; 0 when that is not known.</param>
/// <param name="HasNoRoom">Whether more could not be restored within the memory that it may take.</param>
internal sealed record FetchedRecords(
    IReadOnlyList<Record> Records, IReadOnlyList<PassedOffsets> Passed, long LogStartOffset, bool HasNoRoom)
{
    /// <summary>Whether a share partition that starts at an offset learns something from it.</summary>
    public bool IsNewsFor(long startOffset) =>
        Records.Count > 0 || Passed.Count > 0 || LogStartOffset > startOffset;
}
