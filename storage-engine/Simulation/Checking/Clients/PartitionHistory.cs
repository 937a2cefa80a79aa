using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>What clients asked of one partition and learned about it.</summary>
/// <param name="id">The partition.</param>
internal sealed class PartitionHistory(PartitionId id)
{
    public PartitionId Id { get; } = id;

    /// <summary>All sends in the order in which they were asked.</summary>
    public List<Operation> Sends { get; } = [];

    /// <summary>All values by value.</summary>
    public Dictionary<long, SentValue> Values { get; } = [];

    /// <summary>What polls returned, in the order in which they were asked; also of members of groups.</summary>
    public List<PolledSlice> Polls { get; } = [];

    /// <summary>Everything else that was asked of it.</summary>
    public List<Operation> Others { get; } = [];

    /// <summary>When the deletion of its topic was first asked for; <see cref="Operation.Never"/> when it was
    /// not.</summary>
    public int DeletionInvoked { get; set; } = Operation.Never;

    /// <summary>When a deletion of its topic was first answered with success.</summary>
    public int Deleted { get; set; } = Operation.Never;

    /// <summary>Whether its topic lives to the end of the history, so that what was acknowledged must be
    /// there.</summary>
    public bool Lives => DeletionInvoked == Operation.Never;
}
