namespace Serverless.StorageEngine.Groups;

/// <summary>
/// The limits of one group. A rebalance is one table transaction that may write every row of the group's members, so
/// rows and bytes of all of them must fit into it: 64 + 1 rows of 100, and in the worst case (every name as long as it
/// may be) 64 × (6 + ½) KiB of subscriptions + 4,096 × 32 B of positions + 4,096 × 300 B of topic names + 85 KiB of the
/// group row = 1.9 MiB of 2 MiB.
/// </summary>
public static class GroupLimits
{
    /// <summary>The most instances of a group.</summary>
    public const int InstancesMax = 64;

    /// <summary>The most topics that the instances of a group may be subscribed or assigned to together.</summary>
    public const int TopicsMax = 256;

    /// <summary>The most partitions that those topics may have together.</summary>
    public const int PartitionsMax = 4_096;

    /// <summary>
    /// The most characters that the topic names (or the pattern) of one subscription may have together.
    /// </summary>
    public const int SubscriptionCharactersMax = 6 * 1024;

    /// <summary>
    /// The longest metadata of a committed offset, in characters (Kafka's <c>offset.metadata.max.bytes</c>).
    /// </summary>
    public const int OffsetMetadataCharactersMax = 4_096;

    /// <summary>
    /// The most offsets that one transaction commits: with the longest metadata in JSON escapes, 1.6 MiB of 2 MiB.
    /// </summary>
    public const int OffsetsPerTransactionMax = 64;

    /// <summary>
    /// The most partitions that one read takes records from; their positions are then committed in one transaction.
    /// </summary>
    public const int PartitionsPerReadMax = 64;

    /// <summary>
    /// The most records of one read: what can be shown in some 10 MB of JSON beside the records' own bytes.
    /// </summary>
    public const int RecordsPerReadMax = 100_000;

    /// <summary>The most bytes of one read: Kafka REST's <c>consumer.request.max.bytes</c>.</summary>
    public const int ReadBytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// A read shares its bytes out to the partitions it fetches from at the same time, but gives each as much as this
    /// when it may still take as much: Kafka's <c>max.partition.fetch.bytes</c>.
    /// </summary>
    public const int FetchBytesMin = 1024 * 1024;

    /// <summary>The most partitions fetched from at the same time by one read.</summary>
    public const int FetchesAtOnceMax = 8;

    /// <summary>
    /// How often one request reads the rows and tries again when others change them at the same time.
    /// </summary>
    public const int AttemptsMax = 24;
}
