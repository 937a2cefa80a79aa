using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>A topic as the group's present assignment knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Which life of the name it is.</param>
/// <param name="PartitionCount">How many partitions are assigned.</param>
/// <param name="CreatedAt">When this life began; tells a later life from an earlier one.</param>
public sealed record GroupTopic(TopicName Name, TopicId Id, int PartitionCount, DateTimeOffset CreatedAt)
{
    /// <summary>What is known when <paramref name="found"/> was found beside this.</summary>
    /// <remarks>
    /// A node's answer may be a little old. Partitions are only ever added and a later life replaces an earlier one, so
    /// the group never follows an older answer back.
    /// </remarks>
    public GroupTopic Merge(GroupTopic found)
    {
        if (found.Id == Id)
        {
            return found.PartitionCount > PartitionCount ? found : this;
        }

        return found.CreatedAt >= CreatedAt ? found : this;
    }
}
