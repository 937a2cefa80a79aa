using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Finds copies that no row names, by listing what is stored.</summary>
/// <remarks>
/// <para>
/// A row tells of each copy from before its first byte until its last one is gone. But a node that sleeps until others
/// have given its copy up, deleted and forgotten it writes it all the same when it wakes up, and may die before it looks
/// at the rows again. Nobody reads such bytes, and nothing else would take them away.
/// </para>
/// <para>
/// Names first, then rows: a copy that is listed was announced before, so it is named by the rows that are read behind
/// it, or is a stray. That is certain only when nothing moves meanwhile; so a stray gets a discard first, on the
/// condition that the head row has not moved and that there is none of its name, and then goes like every copy that was
/// given up.
/// </para>
/// </remarks>
/// <param name="segments">Where the copies lie.</param>
/// <param name="table">The rows of the logs.</param>
internal sealed class StrayCopies(ISegmentStore segments, LogRowsTable table)
{
    /// <summary>The most names that are held at once, some 2 MB; the rows of a log with more are read several
    /// times.</summary>
    public const int NamesMax = 10_000;

    /// <summary>Gives up the copies of a topic that no row names.</summary>
    /// <param name="topic">The life of the topic.</param>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    /// <returns>How many were given up.</returns>
    public async ValueTask<int> GiveUpAsync(TopicId topic, CancellationToken cancellationToken)
    {
        var (givenUp, names) = (0, new HashSet<string>(StringComparer.Ordinal));
        PartitionId? at = null;
        await foreach (var copy in segments.ListAsync(LogKeys.CopiesPrefix(topic), cancellationToken))
        {
            var partition = LogKeys.PartitionOfCopy(copy);
            if (at is { } last && (last != partition || names.Count == NamesMax))
            {
                givenUp += await table.GiveUpStraysAsync(last.Log, names, cancellationToken);
                names.Clear();
            }

            at = partition;
            names.Add(copy.Value);
        }

        return at is { } end
            ? givenUp + await table.GiveUpStraysAsync(end.Log, names, cancellationToken)
            : givenUp;
    }

    /// <summary>Deletes all copies of a topic that is gone: what was written behind the topic's deletion.</summary>
    /// <param name="topic">The life of the topic that is over.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    public async ValueTask DeleteAllAsync(TopicId topic, CancellationToken cancellationToken)
    {
        await foreach (var copy in segments.ListAsync(LogKeys.CopiesPrefix(topic), cancellationToken))
        {
            await segments.DeleteAsync(copy, cancellationToken);
        }
    }
}
