using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Counts the paid appends to a shared log. Its blocks are numbered across carriers, and each says when it was
/// written; so the blocks behind one of them are counted exactly, whichever nodes stored them.</summary>
internal sealed class CarrierAppends(
    SharedView view, SharedTail tail, SharedDirectory directory, SharedContext context)
{
    /// <summary>Counts the appends that are a topic's.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">From when on they are of interest, in milliseconds since 1970; they are counted from the first
    /// seal since, of the newest hundred that are left, else from the carrier that grows.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <returns>Null when there are none.</returns>
    public async ValueTask<SharedUsage?> CountAsync(TopicId topic, long from, CancellationToken cancellationToken)
    {
        if (!await tail.RefreshAsync(create: false, cancellationToken))
        {
            return null;
        }

        var state = view.State!;
        var (rows, _) = await directory.ListAsync(state.CarrierNumber, cancellationToken);
        var border = await FindSealAsync(rows, from, cancellationToken) is var (number, writtenAt)
            ? (number + 1, writtenAt)
            : await ReadStampAsync(state.Carrier, 0, cancellationToken);
        return border is var (blocks, at)
            ? new SharedUsage((long)((state.NextBlock - blocks) * ShareOf(state, topic)), at)
            : null;
    }

    /// <summary>How much of a shared log is a topic's: of a group's its part of the bytes that it carries now.</summary>
    public static decimal ShareOf(SharedState state, TopicId topic)
    {
        if (!state.Log.IsGroup)
        {
            return 1;
        }

        var (mark, mine, all) = ($"/{topic}/", 0L, 0L);
        foreach (var segment in state.Segments.Values)
        {
            all += segment.Length;
            mine += segment.Name.Contains(mark, StringComparison.Ordinal) ? segment.Length : 0;
        }

        return all > 0 ? mine / (decimal)all : 0;
    }

    // The first one at or behind an instant; null when there is none. Carriers that are gone were the oldest.
    private async ValueTask<(long Number, long WrittenAt)?> FindSealAsync(
        IReadOnlyList<CarrierRow> newestFirst, long from, CancellationToken cancellationToken)
    {
        (long, long)? found = null;
        for (var (low, high) = (0, newestFirst.Count); low < high;)
        {
            var middle = (low + high) / 2;
            var row = newestFirst[middle];
            var seal = await ReadStampAsync(new SegmentName(row.Carrier), row.SealPosition, cancellationToken);
            if (seal is var (_, at) && at >= from)
            {
                (found, low) = (seal, middle + 1);
            }
            else
            {
                high = middle;
            }
        }

        return found;
    }

    // Null when there is no block.
    private async ValueTask<(long Number, long WrittenAt)?> ReadStampAsync(
        SegmentName carrier, long position, CancellationToken cancellationToken)
    {
        var bytes = new byte[CarrierFormat.HeaderBytes];
        var read = await context.Blobs.ReadAsync(carrier, position, bytes, cancellationToken);
        return read.Exists && read.Count == bytes.Length ? CarrierDecoder.ReadStamp(carrier, position, bytes) : null;
    }
}
