using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>How an instance wants to read.</summary>
/// <param name="Wait">How long to wait for records when there are not enough.</param>
/// <param name="BytesMax">
/// Stop before keys and values of the records take more than this, in bytes; but one record is returned in any case.
/// </param>
/// <param name="ProblemOf">Says why a record cannot be shown to the client, or null when it can.</param>
public sealed record ReadRequest(TimeSpan Wait, int BytesMax, Func<Record, string?> ProblemOf)
{
    /// <summary>
    /// How many bytes of keys and values are enough to return before <see cref="Wait"/> is over; with 1 or less any
    /// record is. A read that can take no more returns in any case.
    /// </summary>
    public int BytesMin { get; init; } = 1;

    /// <summary>
    /// Whether the read is to look at a topic that the instance has partitions of; others are passed over, and stay the
    /// instance's.
    /// </summary>
    public Func<TopicName, bool> MayRead { get; init; } = static _ => true;

    /// <summary>
    /// What the read may hold of records that were restored from compressed batches; the caller's, who gives it back
    /// when the records are answered. Null for no bound.
    /// </summary>
    public ByteShare? Memory { get; init; }
}
