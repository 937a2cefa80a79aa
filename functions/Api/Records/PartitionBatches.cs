using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>The batches of one request for one partition, in order: one, unless the topic's limit cuts them.</summary>
/// <param name="partition">The partition.</param>
/// <param name="batchBytesMax">The longest batch.</param>
/// <param name="conditions">What the request asks for beyond its records.</param>
internal sealed class PartitionBatches(int partition, int batchBytesMax, ProduceConditions conditions)
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly List<NumberedBatch> _complete = [];

    public int Partition => partition;

    /// <summary>Numbers the batches.</summary>
    public PartitionAppends Appends { get; } = new(conditions);

    /// <summary>The index of the batch that the next record joins, unless the limit cuts before it.</summary>
    public int OpenBatch => _complete.Count;

    /// <summary>The number of records in the open batch.</summary>
    public int OpenRecords => _builder.RecordCount;

    /// <summary>Adds a record that fits a batch of its own.</summary>
    /// <param name="record">The record; copied.</param>
    /// <param name="timestamp">Its timestamp.</param>
    public void Add(in ProduceRecord record, long timestamp)
    {
        if (_builder.RecordCount > 0 && record.Exceeds(_builder, batchBytesMax, timestamp))
        {
            _complete.Add(Appends.Build(_builder));
        }

        _builder.Append(timestamp, record.Key, record.Value, record.Headers);
    }

    /// <summary>Counts a record that is refused; see <see cref="PartitionAppends.Skip"/>.</summary>
    public void Skip()
    {
        if (_builder.RecordCount > 0)
        {
            _complete.Add(Appends.Build(_builder));
        }

        Appends.Skip();
    }

    /// <summary>Ends the collection.</summary>
    public IReadOnlyList<NumberedBatch> Complete()
    {
        if (_builder.RecordCount > 0)
        {
            _complete.Add(Appends.Build(_builder));
        }

        return _complete;
    }
}
