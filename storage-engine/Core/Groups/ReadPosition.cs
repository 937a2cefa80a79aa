using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Where a read goes on in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Topic">Its topic, as the catalog has it.</param>
/// <param name="From">The instance's position; null when it had none.</param>
/// <param name="Start">The first offset to return.</param>
/// <param name="Uncommitted">Whether <paramref name="Start"/> is still to be committed.</param>
internal sealed record ReadPosition(TopicPartition Partition, Topic Topic, long? From, long Start, bool Uncommitted)
{
    /// <summary>The step to <see cref="Start"/>, when the instance is not there yet.</summary>
    public PositionMove? Initial => From == Start ? null : MoveTo(Start, Uncommitted);

    /// <summary>The same, when the instance stands here; a partition that it lost in between stays as it was.</summary>
    public ReadPosition At(AssignedPartition? assigned) =>
        assigned is { Position: { } position } && assigned.Topic == Topic.Id
        ? this with { From = position, Start = position, Uncommitted = assigned.Uncommitted }
        : this;

    /// <summary>The step to <paramref name="offset"/>.</summary>
    public PositionMove MoveTo(long offset, bool uncommitted) => new(Partition, Topic.Id, From, offset, uncommitted);
}
