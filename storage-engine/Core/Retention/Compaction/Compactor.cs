using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>
/// Reads what a compaction has to know: the keys of the dirty segments, and whether they outdate anything in front of
/// them. It changes nothing; whoever keeps the log takes the steps of the pass.
/// </summary>
/// <remarks>
/// <para>
/// For each group that is rewritten, the copy's row is that of <see cref="CompactionGroup.RowOf"/>; for each other one,
/// those of <see cref="CompactionGroup.RowsMarked"/> change. A crash anywhere leaves a log in which every key still has
/// its last record, some of it compacted, and the segments dirty that were not switched.
/// </para>
/// <para>
/// Memory holds the map, one read, and one batch restored, whatever the size of the log: one pass at a time and node.
/// The map of one pass is the memory of the next.
/// </para>
/// </remarks>
/// <param name="scan">Reads the segments.</param>
/// <param name="compression">The codecs.</param>
/// <param name="restored">Where batches are restored to.</param>
/// <param name="maps">Where the map lies.</param>
/// <param name="mapBytesMax">The most bytes of the map.</param>
/// <param name="rangeBytesMax">The bytes of dirty segments from which a pass maps no further one.</param>
internal sealed class Compactor(
    SegmentScan scan,
    ICompression compression,
    ReusedBytes restored,
    KeyMapMemory maps,
    long mapBytesMax = KeyMap.BytesDefault,
    long rangeBytesMax = Compactor.RangeBytesDefault)
{
    /// <summary>
    /// What a pass maps at once: a minute's reading, so that a long log that is compacted for the first time is compacted
    /// in several passes. The clean segments in front of it have no such limit: a pass reads each of them up to its
    /// first loss before it changes anything, and one that is killed meanwhile begins anew.
    /// </summary>
    public const long RangeBytesDefault = 4L * 1024 * 1024 * 1024;

    /// <summary>Prepares a pass.</summary>
    /// <param name="log">The log.</param>
    /// <param name="plan">What is to be compacted.</param>
    /// <param name="settings">What the topic says.</param>
    /// <param name="now">The storage service's time, in milliseconds since 1970.</param>
    /// <param name="cancellationToken">Abandons the pass between two reads.</param>
    /// <exception cref="StorageUnavailableException">A segment could not be read now, or is gone.</exception>
    /// <exception cref="CorruptDataException">A segment is not what its row says.</exception>
    public async ValueTask<CompactionPass> PrepareAsync(
        LogId log, CompactionPlan plan, CompactionSettings settings, long now, CancellationToken cancellationToken)
    {
        var reader = new BatchKeys(compression, restored);
        var range = await MapAsync(log, plan, reader, cancellationToken);
        var sources = ImmutableArray.CreateBuilder<CompactionSource>(plan.Segments.Length);
        for (var place = 0; place < plan.Segments.Length && plan.Segments[place].BaseOffset < range.EndOffset; place++)
        {
            var source = CompactionSource.Of(plan, range, place, settings, now);
            var mayLose = !source.Loses && range.MayOutdate(plan, place);
            sources.Add(mayLose && await LosesAsync(log, source.Row, range.Keys, reader, cancellationToken)
                ? source with { Loses = true }
                : source);
        }

        var groups = CompactionGroups.Of(sources.DrainToImmutable(), range.EndOffset, settings, now);
        return new CompactionPass(
            range.Keys,
            range.EndOffset,
            [.. groups.Where(static group => group.HasWork)],
            reader.Unreadable,
            reader.FirstUnreadable);
    }

    private async ValueTask<MappedRange> MapAsync(
        LogId log, CompactionPlan plan, BatchKeys reader, CancellationToken cancellationToken)
    {
        var mapper = new RangeMapper(plan, mapBytesMax, maps);
        var (place, bytes) = (plan.FirstDirty, 0L);
        for (; place < plan.Segments.Length && mapper.HasRoom && bytes < rangeBytesMax; place++)
        {
            bytes += plan.Segments[place].Bytes;
            var blocks = scan.PassAsync(log, plan.Segments[place], plan.DirtyOffset, cancellationToken);
            await foreach (var block in blocks)
            {
                foreach (var batch in block.Batches)
                {
                    mapper.Add(batch, reader);
                }

                if (!mapper.HasRoom)
                {
                    break;
                }
            }
        }

        return mapper.Complete(place == plan.FirstDirty ? plan.EndOffset : plan.Segments[place - 1].NextOffset);
    }

    // Ends at the first record that goes: the copy will find the others.
    private async ValueTask<bool> LosesAsync(
        LogId log, SegmentRow row, KeyMap keys, BatchKeys reader, CancellationToken cancellationToken)
    {
        await foreach (var block in scan.PassAsync(log, row, row.BaseOffset, cancellationToken))
        {
            foreach (var batch in block.Batches)
            {
                if (reader.TryRead(batch, out var records) && HasOutdated(records, keys))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool HasOutdated(RecordEnumerator records, KeyMap keys)
    {
        foreach (var record in records)
        {
            if (record.Key is not { } key || keys.LastOffsetOf(key.Span) > record.Offset)
            {
                return true;
            }
        }

        return false;
    }
}
