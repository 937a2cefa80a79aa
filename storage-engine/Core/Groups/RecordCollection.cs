using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Groups;

/// <summary>Takes records out of fetched batches until a limit of one read is reached.</summary>
internal sealed class RecordCollection
{
    private readonly ReadRequest _request;
    private readonly ICompression _compression;
    private readonly List<ConsumedRecord> _records = [];
    private readonly Dictionary<TopicPartition, PositionMove> _moves = [];
    private long _bytes;

    /// <summary>Nothing taken yet.</summary>
    /// <param name="request">The client's limits.</param>
    /// <param name="compression">The codecs.</param>
    public RecordCollection(ReadRequest request, ICompression compression)
    {
        _request = request;
        _compression = compression;
    }

    /// <summary>What was taken.</summary>
    public IReadOnlyList<ConsumedRecord> Records => _records;

    /// <summary>Where the positions stand afterwards.</summary>
    public IReadOnlyCollection<PositionMove> Moves => _moves.Values;

    /// <summary>Whether nothing more can be taken.</summary>
    public bool Full { get; private set; }

    /// <summary>How many bytes may still be taken, at least 1.</summary>
    public int BytesLeft => (int)Math.Max(1, Math.Min(_request.BytesMax, GroupLimits.ReadBytesMax) - _bytes);

    /// <summary>Why nothing could be taken, when the very first attempt met an obstacle.</summary>
    public ReadOutcome? Obstacle { get; private set; }

    /// <summary>Takes what it can of one partition.</summary>
    /// <param name="position">Where the partition was read from.</param>
    /// <param name="batches">What a fetch there returned.</param>
    public void Take(ReadPosition position, IReadOnlyList<RecordBatch> batches)
    {
        foreach (var batch in batches)
        {
            if (Full || !TakeBatch(position, batch))
            {
                return;
            }
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
        IReadOnlyList<Record> records;
        try
        {
            records = RecordBatchReader.ReadRecords(batch, _compression);
        }
        catch (InvalidDataException exception)
        {
            // Stored as its producer sent it; only its own reader can find that it was compressed wrongly.
            return StopAt(position, Math.Max(position.Start, batch.BaseOffset), exception.Message);
        }

        foreach (var record in records)
        {
            if (record.Offset < position.Start)
            {
                continue;
            }

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
            _moves[position.Partition] = position.MoveTo(record.Offset + 1, uncommitted: true);
        }

        return true;
    }

    private bool Fits(Record record)
    {
        var bytes = (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        if (_records.Count > 0
            && (_records.Count >= GroupLimits.RecordsPerReadMax
                || _bytes + bytes > Math.Min(_request.BytesMax, GroupLimits.ReadBytesMax)))
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
