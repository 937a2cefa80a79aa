using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>The definite outcomes of a read.</summary>
public abstract record ReadOutcome
{
    private ReadOutcome()
    {
    }

    /// <summary>The instance's positions now stand behind these records.</summary>
    /// <param name="Consumed">In order of offsets within each partition; empty when nothing came in time.</param>
    public sealed record Records(IReadOnlyList<ConsumedRecord> Consumed) : ReadOutcome;

    /// <summary>
    /// The next record cannot be shown to this client. The position stays in front of it; a seek gets past it.
    /// </summary>
    /// <param name="Partition">The record's partition.</param>
    /// <param name="Offset">The record's offset.</param>
    /// <param name="Detail">Why it cannot be shown.</param>
    public sealed record Unreadable(TopicPartition Partition, long Offset, string Detail) : ReadOutcome;

    /// <summary>
    /// The next batch is compressed, and there is no memory to restore it now. Nothing was read and no position moved.
    /// </summary>
    /// <param name="Partition">The batch's partition.</param>
    public sealed record NoRoom(TopicPartition Partition) : ReadOutcome;

    /// <summary>
    /// The caller did not want to read an instance of these settings; nothing was read and no position moved.
    /// </summary>
    /// <param name="Settings">What the client chose.</param>
    public sealed record Declined(InstanceSettings Settings) : ReadOutcome;

    /// <summary>Nothing was read and no position moved.</summary>
    /// <param name="Error">The kind of refusal.</param>
    /// <param name="Detail">One sentence with the names and values.</param>
    public sealed record Refused(GroupError Error, string Detail) : ReadOutcome;
}
