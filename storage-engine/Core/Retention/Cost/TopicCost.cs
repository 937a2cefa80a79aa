namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>The estimated monthly bill of a topic, by its parts, in US dollars.</summary>
/// <param name="Partitions">How many partitions the topic has.</param>
/// <param name="PartitionsCounted">How many of them were looked at; the others are taken to be like these.</param>
/// <param name="Complete">False when some partition has more segments than one call counts: stored bytes are then too
/// low.</param>
/// <param name="Stored">Exact, for all nodes.</param>
/// <param name="Appends">For all nodes, from the numbers of blocks: exact, but in the shared log of a group, of whose
/// appends the topic gets its share by bytes.</param>
/// <param name="OtherWrites">Creations, copies and listings that this node counted since it started.</param>
/// <param name="Reads">Reads of blobs that this node counted since it started.</param>
/// <param name="TableOperations">Operations on the rows of the topic's logs that this node counted since it
/// started.</param>
public sealed record TopicCost(
    int Partitions,
    int PartitionsCounted,
    bool Complete,
    StoredCost Stored,
    OperationCost Appends,
    OperationCost OtherWrites,
    OperationCost Reads,
    OperationCost TableOperations)
{
    /// <summary>All parts together.</summary>
    public decimal MonthlyUsd =>
        Stored.AppendUsd + Stored.CopyUsd + Appends.Usd + OtherWrites.Usd + Reads.Usd + TableOperations.Usd;
}
