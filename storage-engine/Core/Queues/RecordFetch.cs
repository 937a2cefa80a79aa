using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>Fetches the records of one partition at given offsets, up to the limits of a receive.</summary>
/// <remarks>
/// One compressed batch is restored at a time, and the records that are taken of it are copied: a slice would keep all
/// of it in memory.
/// </remarks>
/// <param name="log">The records.</param>
/// <param name="compression">The codecs.</param>
/// <param name="topic">The topic.</param>
/// <param name="partition">The partition.</param>
/// <param name="limits">How much to take.</param>
internal sealed class RecordFetch(
    EventLog log, ICompression compression, Topic topic, int partition, FetchLimits limits)
{
    private readonly HeldCompression _compression = new(compression, limits.Memory);
    private readonly List<Record> _records = [];
    private readonly List<PassedOffsets> _passed = [];
    private long _logStartOffset;
    private long _bytes;
    private bool _isEnded;
    private bool _hasNoRoom;

    /// <summary>Fetches.</summary>
    /// <param name="ranges">Where, in order. Behind the end of the log there is nothing yet.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public async ValueTask<FetchedRecords> RunAsync(
        IReadOnlyList<OffsetRange> ranges, CancellationToken cancellationToken)
    {
        for (var at = 0; at < ranges.Count && !_isEnded; at++)
        {
            for (var offset = ranges[at].First; offset < ranges[at].End && !_isEnded;)
            {
                offset = await FetchAsync(offset, ranges[at].End, cancellationToken);
            }
        }

        return new FetchedRecords(_records, _passed, _logStartOffset, _hasNoRoom);
    }

    /// <summary>Takes what one fetch gives, and returns where to go on.</summary>
    private async ValueTask<long> FetchAsync(long offset, long end, CancellationToken cancellationToken)
    {
        var bytes = (int)Math.Clamp(limits.BytesMax - _bytes, 1, QueueLimits.ReceiveBytesMax);
        switch (await log.FetchAsync(topic, partition, offset, bytes, cancellationToken))
        {
            case FetchOutcome.Fetched fetched when fetched.NextOffset > offset:
                _logStartOffset = fetched.LogStartOffset;
                foreach (var batch in fetched.Batches)
                {
                    if (!_isEnded && offset < end)
                    {
                        Pass(offset, batch.BaseOffset, isUnreadable: false);
                        Take(batch, Math.Max(offset, batch.BaseOffset), end);
                        offset = Math.Max(offset, batch.NextOffset);
                    }
                }

                if (!_isEnded && offset < end)
                {
                    Pass(offset, fetched.NextOffset, isUnreadable: false);
                    offset = fetched.NextOffset;
                }

                return offset;

            case FetchOutcome.OffsetOutOfRange range when offset < range.LogStartOffset:
                _logStartOffset = range.LogStartOffset;
                return range.LogStartOffset;

            case FetchOutcome.Fetched fetched:
                _logStartOffset = fetched.LogStartOffset;
                _isEnded = true;
                return offset;

            default:
                // The partition is gone, or its end lies before what was delivered.
                _isEnded = true;
                return offset;
        }
    }

    private void Take(RecordBatch batch, long from, long end)
    {
        if (!_compression.HasRoomFor(batch))
        {
            _hasNoRoom = _isEnded = true;
            return;
        }

        var next = from;
        try
        {
            foreach (var record in RecordBatchReader.Enumerate(batch, _compression))
            {
                if (record.Offset < next)
                {
                    continue;
                }

                Pass(next, record.Offset, isUnreadable: false);
                if (record.Offset >= end || !TryTake(record, batch.Compression != CompressionType.None))
                {
                    return;
                }

                next = record.Offset + 1;
            }

            Pass(next, batch.NextOffset, isUnreadable: false);
        }
        catch (OutOfBytesException)
        {
            _hasNoRoom = _isEnded = true;
        }
        catch (InvalidDataException)
        {
            // Stored as its producer sent it; only its own reader can find that it was compressed wrongly.
            Pass(next, Math.Min(end, batch.NextOffset), isUnreadable: true);
        }
        finally
        {
            _compression.Release();
        }
    }

    private void Pass(long first, long end, bool isUnreadable)
    {
        if (first < end)
        {
            _passed.Add(new PassedOffsets(first, end, isUnreadable));
        }
    }

    private bool TryTake(in RecordView record, bool isRestored)
    {
        var bytes = (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        if (_bytes + bytes > limits.BytesMax && !(limits.FirstAnyway && _records.Count == 0))
        {
            _isEnded = true;
            return false;
        }

        _bytes += bytes;
        _records.Add(isRestored ? Detached(record) : record.ToRecord());
        _isEnded = _records.Count >= limits.RecordsMax;
        return !_isEnded;
    }

    private static Record Detached(in RecordView record) => new(
        record.Offset,
        record.Timestamp,
        Copy(record.Key),
        Copy(record.Value),
        [.. record.Headers.Select(static header => header with { Value = Copy(header.Value) })]);

    // The type is spelled out: a bare null would turn into an empty memory.
    private static ReadOnlyMemory<byte>? Copy(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? some.ToArray() : default(ReadOnlyMemory<byte>?);
}
