using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>One partition of a stream: a batch that is being filled, and at most one that is being appended.</summary>
internal sealed class StreamLane(int partition)
{
    // Grows by doubling: a stream over many partitions must not pay for batches it never fills.
    private readonly RecordBatchBuilder _builder = new(capacity: 16 * 1024);

    public int Partition => partition;

    /// <summary>The append in flight, or null.</summary>
    public Task<BatchAnswer>? Append { get; private set; }

    /// <summary>The batch in flight.</summary>
    public StreamBatch InFlight { get; private set; }

    /// <summary>The batch that is being filled, without bytes until it is sent.</summary>
    public StreamBatch Filling { get; private set; }

    /// <summary>When the first record of <see cref="Filling"/> came, as a timestamp of the clock.</summary>
    public long FillingSince { get; private set; }

    /// <summary>What is durable: first offset (-1 when nothing is), last offset, number of records.</summary>
    public (long First, long Last, long Records) Durable { get; private set; } = (-1, -1, 0);

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
        var before = Filling.Records == 0 ? 0 : _builder.Length;
        FillingSince = Filling.Records == 0 ? now : FillingSince;
        _builder.Append(timestamp, record.Key, record.Value, record.Headers);
        Filling = new(Filling.Records == 0 ? line : Filling.FirstLine, line, Filling.Records + 1, _builder.Length);
        return _builder.Length - before;
    }

    /// <summary>Starts to append what was filled; nothing may be in flight.</summary>
    /// <param name="append">Appends a batch.</param>
    public void Send(Func<int, RecordBatch, Task<BatchAnswer>> append)
    {
        InFlight = Filling;
        Filling = default;
        Append = append(partition, _builder.Build());
    }

    /// <summary>Takes note of the answer to the append in flight.</summary>
    /// <param name="answer">The answer.</param>
    public void Complete(in BatchAnswer answer)
    {
        Append = null;
        HasFailed = answer.Problem is not null;
        if (!HasFailed)
        {
            var last = answer.BaseOffset + InFlight.Records - 1;
            Durable = (Durable.First < 0 ? answer.BaseOffset : Durable.First, last, Durable.Records + InFlight.Records);
        }
    }
}
