namespace Serverless.StorageEngine.Groups;

/// <summary>
/// The limits of one group. Whatever depends on several members stands in the group's one row of 512 KiB: 240 KiB for
/// the members, 48 KiB for what they want, 120 KB for who has and should have which partition (twice
/// <see cref="PartitionsMax"/> runs of 6 bytes), 90 KB for the names of topics.
/// </summary>
public static class GroupLimits
{
    /// <summary>The most members of a group.</summary>
    public const int InstancesMax = 1_000;

    /// <summary>
    /// The most bytes that the members take in the group's row: <see cref="MemberBytes"/> and their names each, so
    /// that a thousand members with names of a hundred bytes fit.
    /// </summary>
    public const int MembersBytesMax = 240 * 1024;

    /// <summary>What a member takes in the group's row beside its names, at most.</summary>
    public const int MemberBytes = 144;

    /// <summary>The most topics that a group may read.</summary>
    public const int TopicsMax = 256;

    /// <summary>The most partitions that those topics may have together, and that one member may choose.</summary>
    public const int PartitionsMax = 10_000;

    /// <summary>
    /// The most characters that the topic names (or the pattern) of one subscription may have together.
    /// </summary>
    public const int SubscriptionCharactersMax = 6 * 1024;

    /// <summary>The most characters that all different subscriptions of a group may have together.</summary>
    public const int NamesCharactersMax = 48 * 1024;

    /// <summary>The most requests that one transaction serves.</summary>
    public const int RequestsPerStepMax = 90;

    /// <summary>The most requests to one group that wait at a node; more are refused with a retry hint.</summary>
    public const int WaitingMax = 4_000;

    /// <summary>The most groups that a node remembers something of, to save reads.</summary>
    public const int RememberedMax = 1_000;

    /// <summary>
    /// The longest metadata of a committed offset, in characters (Kafka's <c>offset.metadata.max.bytes</c>).
    /// </summary>
    public const int OffsetMetadataCharactersMax = 4_096;

    /// <summary>
    /// The most offsets that one transaction commits: with the longest metadata in UTF-8, 0.6 MiB of 2 MiB.
    /// </summary>
    public const int OffsetsPerTransactionMax = 50;

    /// <summary>
    /// The most partitions that one read takes records from; their positions are then committed in one transaction.
    /// </summary>
    public const int PartitionsPerReadMax = OffsetsPerTransactionMax;

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
