using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Groups;

/// <summary>Takes records out of fetched batches until a limit of one read is reached.</summary>
/// <remarks>
/// Batches are parsed record by record: a small one may restore to millions of records, of which a read takes few.
/// </remarks>
internal sealed class RecordCollection
{
    private readonly ReadRequest _request;
    private readonly HeldCompression _compression;
    private readonly ConsumedRecords _records = new();
    private readonly Dictionary<TopicPartition, PositionMove> _moves = [];
    private long _bytes;

    /// <summary>Nothing taken yet.</summary>
    /// <param name="request">The client's limits.</param>
    /// <param name="compression">The codecs.</param>
    public RecordCollection(ReadRequest request, ICompression compression)
    {
        _request = request;
        _compression = new HeldCompression(compression, request.Memory);
    }

    /// <summary>What was taken.</summary>
    public IReadOnlyList<ConsumedRecord> Records => _records;

    /// <summary>Where the positions stand afterwards.</summary>
    public IReadOnlyCollection<PositionMove> Moves => _moves.Values;

    /// <summary>Whether nothing more can be taken.</summary>
    public bool Full { get; private set; }

    /// <summary>Whether there is no reason to wait for more.</summary>
    public bool IsEnough =>
        Full || (_records.Count > 0 && (_request.BytesMin <= 1 || _bytes >= Math.Min(_request.BytesMin, BytesMax)));

    /// <summary>How many bytes may still be taken, at least 1.</summary>
    public int BytesLeft => (int)Math.Max(1, BytesMax - _bytes);

    /// <summary>Why nothing could be taken, when the very first attempt met an obstacle.</summary>
    public ReadOutcome? Obstacle { get; private set; }

    private long BytesMax => Math.Min(_request.BytesMax, GroupLimits.ReadBytesMax);

    /// <summary>Where a partition is read on, behind what was taken of it.</summary>
    public ReadPosition Behind(ReadPosition position) =>
        _moves.TryGetValue(position.Partition, out var move) ? position with { Start = move.To } : position;

    /// <summary>Whether anything was taken of a partition, or passed over.</summary>
    public bool Holds(TopicPartition partition) => _moves.ContainsKey(partition);

    /// <summary>Whether records of this partition may be taken, as far as the number of partitions goes.</summary>
    public bool HasRoomFor(TopicPartition partition) =>
        _moves.Count < GroupLimits.PartitionsPerReadMax || Holds(partition);

    /// <summary>Gives the records up, and with them the memory that they take.</summary>
    public void Release() => _compression.Release();

    /// <summary>Takes what it can of one partition.</summary>
    /// <param name="position">Where the partition was read from.</param>
    /// <param name="fetched">What a fetch there returned.</param>
    public void Take(ReadPosition position, FetchOutcome.Fetched fetched)
    {
        foreach (var batch in fetched.Batches)
        {
            if (Full || !TakeBatch(position, batch))
            {
                return;
            }
        }

        // Behind the last record there may be offsets that a compaction has left none of. A position that stayed in
        // front of them would be read from again and again.
        if (fetched.NextOffset > Behind(position).Start)
        {
            _moves[position.Partition] = position.MoveTo(fetched.NextOffset, uncommitted: true);
        }
    }

    /// <summary>
    /// Stops at something that the client must be told. What was taken before goes first; the next read begins here.
    /// </summary>
    public void Stop(ReadOutcome obstacle)
    {
        Full = true;
        if (_records.Count == 0)
        {
            Obstacle = obstacle;
        }
    }

    private bool TakeBatch(ReadPosition position, RecordBatch batch)
    {
        if (!_compression.HasRoomFor(batch))
        {
            Stop(new ReadOutcome.NoRoom(position.Partition));
            return false;
        }

        var begin = Math.Max(position.Start, batch.BaseOffset);
        var next = begin;
        try
        {
            foreach (var record in RecordBatchReader.Enumerate(batch, _compression))
            {
                if (record.Offset < next)
                {
                    continue;
                }

                if (!TakeRecord(position, record.ToRecord()))
                {
                    return false;
                }

                next = record.Offset + 1;
            }

            return true;
        }
        catch (OutOfBytesException)
        {
            Stop(new ReadOutcome.NoRoom(position.Partition));
            return false;
        }
        catch (InvalidDataException exception)
        {
            // Stored as its producer sent it; only its own reader can find that it was compressed wrongly.
            return StopAt(position, next, exception.Message);
        }
        finally
        {
            if (next > begin)
            {
                _moves[position.Partition] = position.MoveTo(next, uncommitted: true);
            }
        }
    }

    private bool TakeRecord(ReadPosition position, Record record)
    {
        if (_request.ProblemOf(record) is { } problem)
        {
            return StopAt(position, record.Offset, problem);
        }

        if (!Fits(record))
        {
            Full = true;
            return false;
        }

        _records.Add(new ConsumedRecord(position.Partition, record));
        return true;
    }

    private bool Fits(Record record)
    {
        var bytes = (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        if (_records.Count > 0
            && (_records.Count >= GroupLimits.RecordsPerReadMax || _bytes + bytes > BytesMax))
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    private bool StopAt(ReadPosition position, long offset, string problem)
    {
        Stop(new ReadOutcome.Unreadable(position.Partition, offset, problem));
        return false;
    }
}
