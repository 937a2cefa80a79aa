using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Finds the own shared logs of topics that are gone.</summary>
/// <remarks>
/// A deletion removes what its topic's shared logs are by then. A node that was about to begin one, and slept meanwhile,
/// begins it all the same: a row and an empty carrier that nobody asks for. Logs first, then topics: a topic is there before
/// its first log and never comes back, so one that is not listed behind its log is gone.
/// </remarks>
/// <param name="topics">The topics.</param>
/// <param name="segments">The shared logs.</param>
internal sealed class StrayLogs(TopicCatalog topics, SharedSegmentStore segments)
{
    /// <summary>The most topics that are held at once; with more, topics are listed several times.</summary>
    public const int TopicsMax = 10_000;

    /// <summary>Deletes them.</summary>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    public async ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        var owners = new HashSet<TopicId>();
        await foreach (var log in segments.FindLogsAsync(SharedLogId.TopicPrefix, cancellationToken))
        {
            if (owners.Count == TopicsMax)
            {
                await DeleteThoseOfGoneAsync(owners, cancellationToken);
                owners.Clear();
            }

            owners.Add(log.OwnTopic());
        }

        await DeleteThoseOfGoneAsync(owners, cancellationToken);
    }

    private async ValueTask DeleteThoseOfGoneAsync(HashSet<TopicId> owners, CancellationToken cancellationToken)
    {
        if (owners.Count == 0)
        {
            return;
        }

        // A row that cannot be read may be that of any of them; the visit to the topics has told of it.
        var isDamaged = false;
        await foreach (var topic in topics.ListFromAsync(from: null, _ => isDamaged = true, cancellationToken))
        {
            owners.Remove(topic.Id);
        }

        foreach (var gone in isDamaged ? [] : owners)
        {
            await segments.RemoveTopicAsync(gone, cancellationToken);
        }
    }
}
