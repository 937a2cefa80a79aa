using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Lets a copy take the place of some segments.</summary>
/// <remarks>
/// Order of effects: the copy's discard, its bytes, and one transaction that swaps the rows, removes that discard and
/// adds those of the segments that were replaced. A crash before the transaction leaves bytes that nobody reads and a
/// discard that tells of them: when it has become old, whoever comes by gives the copy up, and a writer that slept
/// finds its transaction refused. A crash behind it leaves nothing to do.
/// </remarks>
/// <param name="table">The rows of the logs.</param>
/// <param name="writer">Writes the copies.</param>
/// <param name="segments">Where they lie.</param>
/// <param name="random">The only source of randomness.</param>
/// <param name="drawAccount">Gives the account for what had no blob of its own before.</param>
internal sealed class SegmentRewriter(
    LogRowsTable table, CopyWriter writer, ISegmentStore segments, Random random, Func<string> drawAccount)
{
    /// <summary>Rewrites some segments.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="sources">Neighbours, oldest first.</param>
    /// <param name="compression">How batches may be compressed.</param>
    /// <param name="selection">Which records stay; null for all.</param>
    /// <param name="rowOf">The copy's row.</param>
    /// <param name="cancellationToken">Abandons the copy.</param>
    /// <returns>The copy, which counts now; null when others were first: read again.</returns>
    public async ValueTask<CopiedSegment?> RewriteAsync(
        PartitionId partition,
        IReadOnlyList<StoredSegment> sources,
        CopyCompression compression,
        RecordSelection? selection,
        Func<CopiedSegment, SegmentRow> rowOf,
        CancellationToken cancellationToken)
    {
        if (await table.ReadWholeAsync(partition.Log, sources, cancellationToken) is not { } whole)
        {
            return null;
        }

        // Where its first source lies: a copy moves nothing to another account.
        var name = LogKeys.CopyName(
            partition, whole[0].BaseOffset, random.NextNonce64())
            .In(SharedKeys.IsShared(whole[0].SegmentName()) ? drawAccount() : whole[0].SegmentName().Account);
        if (await table.BeginCopyAsync(partition.Log, name, cancellationToken) is not { } copying)
        {
            return null;
        }

        var copied = await WriteAsync(
            new CopyJob(partition, whole, name, compression), selection, copying, cancellationToken);
        if (copied is not null
            && await table.SwitchAsync(partition.Log, sources, rowOf(copied), copying, cancellationToken))
        {
            return copied;
        }

        await AbandonAsync(partition.Log, copying, cancellationToken);
        return null;
    }

    // Null when others gave the copy up while this node slept, and deleted what there was of it.
    private async ValueTask<CopiedSegment?> WriteAsync(
        CopyJob job, RecordSelection? selection, StoredDiscard copying, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync(job, selection, cancellationToken);
        }
        catch (StagedPartsMissingException)
        {
            return null;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or CorruptDataException)
        {
            // Where the outcome is unknown the copy may yet appear: it goes when it has become old.
            try
            {
                await AbandonAsync(job.Partition.Log, copying, cancellationToken);
            }
            catch (Exception second) when (LogContext.IsFault(second))
            {
                // The discard is there, and the copy goes when it has become old.
            }

            throw;
        }
    }

    // What is given up never counted and will not: nobody can have read it, so its bytes go at once; so do those of a
    // log that nobody reads any more. Else it has counted, and readers may know it, or others gave it up long ago: then
    // its bytes go only if no row names them.
    private async ValueTask AbandonAsync(LogId log, StoredDiscard copying, CancellationToken cancellationToken)
    {
        var givenUp = await table.GiveUpAsync(log, copying, cancellationToken);
        if (givenUp is null && !await table.IsDeletedAsync(log, cancellationToken))
        {
            // What never came, or has gone, needs no row; what comes yet is found as a stray.
            if (await segments.GetLengthAsync(copying.Row.SegmentName(), cancellationToken) is not null)
            {
                await table.GiveUpStraysAsync(log, [copying.Row.Segment], cancellationToken);
            }

            return;
        }

        await segments.DeleteAsync(copying.Row.SegmentName(), cancellationToken);
        if (givenUp is not null)
        {
            await table.ForgetAsync(log, [givenUp], cancellationToken);
        }
    }
}
