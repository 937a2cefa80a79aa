using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>Takes the names of a queue's path.</summary>
internal static class QueueSearch
{
    /// <summary>Checks the names; whether there is such a topic or queue is not looked up.</summary>
    /// <param name="topic">The topic of the path.</param>
    /// <param name="group">The queue of the path.</param>
    /// <param name="id">The queue's name, when the result is null.</param>
    /// <returns>What is wrong with them, or null.</returns>
    public static Problem? Read(string topic, string group, out QueueId id)
    {
        id = default;
        if (!TopicName.TryParse(topic, out var name, out var broken))
        {
            return new(ProblemCode.InvalidTopic, $"The topic's name is not allowed: {broken}.");
        }

        if (!GroupId.TryParse(group, out var groupId, out broken))
        {
            return new(ProblemCode.InvalidGroupId, $"The queue's name is not allowed: {broken}.");
        }

        id = new QueueId(groupId, name);
        return null;
    }

    /// <summary>There is no such queue.</summary>
    public static Problem NotFound(QueueId id) => new(
        ProblemCode.GroupIdNotFound,
        $"Topic '{id.Topic}' has no queue {Quotation.Of(id.Group.Value)}; a PUT or its first :receive creates it.");
}
