using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>The batches of one request for one partition, in order: one, unless the topic's limit cuts them.</summary>
internal sealed class PartitionBatches(int partition, int batchBytesMax)
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly List<RecordBatch> _complete = [];

    public int Partition => partition;

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
            _complete.Add(_builder.Build());
        }

        _builder.Append(timestamp, record.Key, record.Value, record.Headers);
    }

    /// <summary>Ends the collection.</summary>
    public IReadOnlyList<RecordBatch> Complete()
    {
        if (_builder.RecordCount > 0)
        {
            _complete.Add(_builder.Build());
        }

        return _complete;
    }
}
