using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>One partition of a stream: a batch that is being filled, and at most one that is being appended.</summary>
/// <param name="partition">The partition.</param>
/// <param name="conditions">What the request asks for beyond its records.</param>
internal sealed class StreamLane(int partition, ProduceConditions conditions)
{
    // Grows by doubling: a stream over many partitions must not pay for batches it never fills, and what counts as
    // its memory is what is in them.
    private readonly RecordBatchBuilder _builder = new(capacity: 1024);

    // Only a batch of which the log may know a part already can be stored in parts.
    private readonly bool _keepsLines = conditions.Producer is not null || conditions.Request is not null;
    private List<long> _lines = [];
    private List<long> _linesInFlight = [];

    public int Partition => partition;

    /// <summary>Numbers the batches.</summary>
    public PartitionAppends Appends { get; } = new(conditions);

    /// <summary>The append in flight, or null.</summary>
    public Task<BatchAnswer>? Append { get; private set; }

    /// <summary>The batch in flight.</summary>
    public StreamBatch InFlight { get; private set; }

    /// <summary>The batch that is being filled, without bytes until it is sent.</summary>
    public StreamBatch Filling { get; private set; }

    /// <summary>When the first record of <see cref="Filling"/> came, as a timestamp of the clock.</summary>
    public long FillingSince { get; private set; }

    /// <summary>What is durable.</summary>
    public DurableRecords Durable { get; private set; } = DurableRecords.None;

    /// <summary>The first line that is not durable yet, or <see cref="long.MaxValue"/>.</summary>
    public long FirstPendingLine =>
        Append is not null || HasFailed ? InFlight.FirstLine
        : Filling.Records > 0 ? Filling.FirstLine
        : long.MaxValue;

    /// <summary>Whether an append failed: nothing later of the stream may reach the partition.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether a record must wait for the next batch.</summary>
    public bool MustSendBefore(in ProduceRecord record, long timestamp, int batchBytesMax) =>
        Filling.Records > 0 && record.Exceeds(_builder, batchBytesMax, timestamp);

    /// <summary>Adds a record to the batch that is being filled.</summary>
    /// <param name="record">The record; copied.</param>
    /// <param name="timestamp">Its timestamp.</param>
    /// <param name="line">Its line.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <returns>By how many bytes the batch grew.</returns>
    public int Add(in ProduceRecord record, long timestamp, long line, long now)
    {
        var before = Filling;
        FillingSince = before.Records == 0 ? now : FillingSince;
        _builder.Append(timestamp, record.Key, record.Value, record.Headers);
        if (_keepsLines)
        {
            _lines.Add(line);
        }

        Filling = new(
            before.Records == 0 ? line : before.FirstLine,
            line,
            before.Records + 1,
            _builder.Length + (_lines.Count * sizeof(long)));
        return Filling.Bytes - before.Bytes;
    }

    /// <summary>Starts to append what was filled; nothing may be in flight.</summary>
    /// <param name="append">Appends a batch.</param>
    public void Send(Func<StreamLane, NumberedBatch, Task<BatchAnswer>> append)
    {
        (InFlight, Filling) = (Filling, default);
        (_linesInFlight, _lines) = (_lines, []);
        Append = append(this, Appends.Build(_builder));
    }

    /// <summary>Takes note of the answer to the append in flight.</summary>
    /// <param name="answer">The answer.</param>
    public void Complete(in BatchAnswer answer)
    {
        Append = null;
        HasFailed = answer.Problem is not null;
        foreach (var run in answer.Stored)
        {
            Durable = Durable.With(run);
        }
    }

    /// <summary>The line of the last record of a run.</summary>
    /// <param name="run">Of the batch whose append was completed last.</param>
    public long LastLineOf(in StoredRun run)
    {
        var records = run.FirstIndex + run.Records;
        return records == InFlight.Records ? InFlight.LastLine : _linesInFlight[records - 1];
    }
}
