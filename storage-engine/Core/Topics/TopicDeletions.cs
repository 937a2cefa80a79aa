using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>Completes deletions of topics, from the note that each leaves to the last byte of its logs.</summary>
internal sealed class TopicDeletions(ITableStore tables, DeleteTopicLogs deleteLogs, TimeProvider time)
{
    /// <summary>The most interrupted deletions that one creation or deletion of another topic completes on its
    /// way.</summary>
    public const int FinishedInPassingMax = 4;

    /// <summary>
    /// How old a note must be before a passer-by takes its deletion for interrupted. It only keeps two nodes from
    /// doing the same work: a deletion that is completed twice is completed.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Completes one deletion, or returns false when the storage service failed or the data is damaged, and
    /// the note remains.</summary>
    public async ValueTask<bool> TryFinishAsync(TopicId id, CancellationToken cancellationToken)
    {
        try
        {
            await FinishAsync(DeletedTopicRow.KeyOf(id), cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception
            is StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException)
        {
            return false;
        }
    }

    /// <summary>Completes a few deletions that others seem to have left.</summary>
    public async ValueTask FinishInterruptedAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A damaged one is reported by the next run of a keeper.
            await FinishAsync(time.GetUtcNow() - Grace, FinishedInPassingMax, static _ => { }, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // Cleaning up after others must not fail the caller's own request, which is durable. The notes remain for
            // the next one who passes.
        }
    }

    /// <summary>Completes all deletions but those of damaged data.</summary>
    /// <param name="report">Is told why a deletion was passed over.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    public ValueTask FinishAllAsync(Action<CorruptDataException> report, CancellationToken cancellationToken) =>
        FinishAsync(DateTimeOffset.MaxValue, int.MaxValue, report, cancellationToken);

    private async ValueTask FinishAsync(
        DateTimeOffset writtenBefore,
        int countMax,
        Action<CorruptDataException> report,
        CancellationToken cancellationToken)
    {
        var range = RowRange.Prefix(DeletedTopicRow.KeyPrefix);
        for (var (more, count) = (true, 0); more && count < countMax;)
        {
            var page = await tables.QueryAsync(
                TopicCatalog.TablePartition, range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows.Where(row => row.WrittenAt < writtenBefore).Take(countMax - count))
            {
                await FinishOrReportAsync(row.Key, report, cancellationToken);
                count++;
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }
    }

    // One damaged topic must not keep the others from being removed.
    private async ValueTask FinishOrReportAsync(
        string key, Action<CorruptDataException> report, CancellationToken cancellationToken)
    {
        try
        {
            await FinishAsync(key, cancellationToken);
        }
        catch (CorruptDataException damaged)
        {
            report(damaged);
        }
    }

    private async ValueTask FinishAsync(string key, CancellationToken cancellationToken)
    {
        if (await tables.GetAsync(TopicCatalog.TablePartition, key, cancellationToken) is not { } row)
        {
            return;
        }

        var (id, partitions) = DeletedTopicRow.Decode(row);
        await deleteLogs(id, partitions, cancellationToken);

        // A conflict means that another node has completed the same deletion and removed the note.
        await tables.ExecuteAsync(
            TopicCatalog.TablePartition, [new RowChange.Delete(key, row.Version)], cancellationToken);
    }
}
