namespace Serverless.StorageEngine.Queues;

/// <summary>A queue and how far it has got.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Partitions">Its partitions, in order.</param>
public sealed record QueueDescription(ShareGroup Queue, IReadOnlyList<SharePartitionDescription> Partitions);

/// <summary>How far a queue has got in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="StartOffset">The first offset that is not done.</param>
/// <param name="EndOffset">The first offset that was never delivered.</param>
/// <param name="HighWatermark">The offset behind the last record.</param>
/// <param name="Acquired">How many records receivers hold.</param>
/// <param name="Archiving">How many records wait for their dead letter to be written.</param>
/// <param name="Backlog">How many records are not done.</param>
/// <param name="Receivers">
/// How many records each receiver holds, by the name that it gave, or "" for none.
/// </param>
public sealed record SharePartitionDescription(
    int Partition,
    long StartOffset,
    long EndOffset,
    long HighWatermark,
    int Acquired,
    int Archiving,
    long Backlog,
    IReadOnlyDictionary<string, int> Receivers);
