using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// The records of one stream on their way to one partition. One batch is in flight at a time, so they keep their order;
/// what arrives meanwhile makes the next batch, so batches grow with the load.
/// </summary>
/// <remarks>
/// Every record has a receipt of its own, so a batch that is known to have failed costs its own records only, as with
/// Kafka's producer. One whose outcome is not known ends the lane: it may be stored, and whoever repeats its records
/// must not find later ones of the stream in front of them.
/// </remarks>
/// <param name="batchBytesMax">The largest batch.</param>
/// <param name="appends">Numbers the batches.</param>
/// <param name="append">Appends a batch to the partition.</param>
internal sealed class PartitionLane(
    int batchBytesMax, PartitionAppends appends, Func<NumberedBatch, Task<BatchAnswer>> append)
{
    private readonly Lock _gate = new();

    // Grows by doubling: a stream over many partitions must not pay for batches it never fills, and what counts as
    // its memory is what is in them.
    private readonly RecordBatchBuilder _builder = new(capacity: 1024);
    private readonly Queue<Batch> _full = [];
    private TaskCompletionSource<BatchAnswer> _answer = NewAnswer();
    private bool _sending;

    // Touched only while sending.
    private Problem? _doubt;

    /// <summary>Completes when nothing is in flight any more; never fails.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Adds a record behind all others; it is sent by <see cref="Flush"/> at the latest.</summary>
    /// <param name="record">The record; copied.</param>
    /// <param name="timestamp">Its timestamp.</param>
    /// <returns>What becomes of its batch, and its place there.</returns>
    public (Task<BatchAnswer> Answer, int Index) Add(in ProduceRecord record, long timestamp)
    {
        lock (_gate)
        {
            if (_builder.RecordCount > 0 && record.LengthIn(_builder, timestamp) > batchBytesMax)
            {
                Close();
            }

            _builder.Append(timestamp, record.Key, record.Value, record.Headers);
            return (_answer.Task, _builder.RecordCount - 1);
        }
    }

    /// <summary>Counts a record that is refused; see <see cref="PartitionAppends.Skip"/>.</summary>
    public void Skip()
    {
        lock (_gate)
        {
            if (_builder.RecordCount > 0)
            {
                Close();
            }

            appends.Skip();
        }
    }

    /// <summary>Sees to it that everything added so far is sent, now or behind what is in flight.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        Sending = SendAsync();
    }

    private async Task SendAsync()
    {
        while (TryTake(out var batch))
        {
            try
            {
                batch.Answer.SetResult(await AppendAsync(batch.Records));
            }
            catch (Exception exception)
            {
                // Whoever waits for a receipt of this batch meets the exception. When the client has gone nobody does,
                // and looking at it here keeps it from being reported as unobserved.
                batch.Answer.SetException(exception);
                _ = batch.Answer.Task.Exception;
            }
        }
    }

    private async Task<BatchAnswer> AppendAsync(NumberedBatch batch)
    {
        if (_doubt is { } earlier)
        {
            return BatchAnswer.NotTried(earlier);
        }

        var answer = await append(batch);
        _doubt = answer.Problem is { Code: ProblemCode.OutcomeUnknown } unknown ? unknown : null;
        return answer;
    }

    private bool TryTake(out Batch batch)
    {
        lock (_gate)
        {
            if (_full.Count == 0 && _builder.RecordCount > 0)
            {
                Close();
            }

            _sending = _full.TryDequeue(out batch);
            return _sending;
        }
    }

    private void Close()
    {
        _full.Enqueue(new(appends.Build(_builder), _answer));
        _answer = NewAnswer();
    }

    private static TaskCompletionSource<BatchAnswer> NewAnswer() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Batch(NumberedBatch Records, TaskCompletionSource<BatchAnswer> Answer);
}
