using System.Threading.Channels;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Reads records one after another, puts them into batches, and owes the client a receipt for each. Batches are sent
/// when they are full, and all of them whenever reading has to wait: for the client, or for room.
/// </summary>
/// <remarks>
/// A record that is refused costs its receipt only. Bytes that are no JSON end the stream with one last receipt, since
/// nobody can tell where the next record begins; what stands before them is appended.
/// </remarks>
/// <param name="engine">What the endpoints work with.</param>
/// <param name="caller">Who appends; is asked again while the stream lasts.</param>
/// <param name="topic">Where the records go.</param>
/// <param name="conditions">What the request asks for beyond its records.</param>
/// <param name="body">The request's body.</param>
/// <param name="memory">What waits for its receipt counts there.</param>
/// <param name="gone">The client has gone: abandons the wait for appends, not the appends.</param>
internal sealed class RecordStream(
    Engine engine,
    Caller caller,
    Topic topic,
    ProduceConditions conditions,
    JsonBody body,
    BatchMemory memory,
    CancellationToken gone)
{
    /// <summary>The most records whose receipts are owed: a few batches of small records.</summary>
    public const int ReceiptsPendingMax = 16 * 1024;

    // A receipt that waits.
    private const int ReceiptBytes = 128;

    private static readonly ConfluentError LastedTooLong = new(
        ConfluentErrorCode.RequestTimeout,
        "Streaming connection open for longer than allowed: Connection will be closed.");

    private static readonly ConfluentError NodeLeaves = new(
        ConfluentErrorCode.BrokerNotAvailable, "This node is stopping. Send what has no receipt again.");

    private readonly Dictionary<int, PartitionLane> _lanes = [];
    private readonly Channel<PendingReceipt> _receipts = Channel.CreateBounded<PendingReceipt>(
        new BoundedChannelOptions(ReceiptsPendingMax) { SingleReader = true, SingleWriter = true });

    // What a batch adds to a record, its trace included.
    private readonly int _overheadBytes = ReceiptBytes
        + (int)conditions.Traced(new(null, null, null, [], null), topic, engine.Settings).BytesBound;

    private ReadOnlyMemory<byte>? _first;
    private Problem? _refusedAtFirst;
    private ProduceConditions? _asked;
    private int? _keylessPartition;

    /// <summary>The receipts that are owed, in the order of the records.</summary>
    public ChannelReader<PendingReceipt> Receipts => _receipts.Reader;

    /// <summary>What lies between arrival and receipt; whoever writes a receipt gives its bytes back.</summary>
    public PendingBytes Pending { get; } = new(engine.Settings.StreamPendingBytesMax, memory);

    /// <summary>Completes when nothing is in flight any more; never fails.</summary>
    public Task Appending => Task.WhenAll(_lanes.Values.Select(static lane => lane.Sending));

    /// <summary>Waits for the first record.</summary>
    /// <returns>False when the body is empty.</returns>
    public async ValueTask<bool> BeginAsync()
    {
        try
        {
            _first = await body.ReadValueAsync(gone);
            return _first is not null;
        }
        catch (RequestRefusedException refused)
        {
            _refusedAtFirst = refused.Problem;
            return true;
        }
    }

    /// <summary>
    /// Reads the stream to its end and closes <see cref="Receipts"/>; what goes wrong is found there.
    /// </summary>
    /// <param name="deadline">The stream has lasted too long: ends it with a receipt that says so.</param>
    /// <param name="leaving">The node stops: ends the stream with a receipt that says so.</param>
    public async Task ReadAsync(CancellationToken deadline, CancellationToken leaving)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline, leaving);
        try
        {
            if (await ReadToEndAsync(stop.Token, leaving) is { } last)
            {
                await OweAsync(PendingReceipt.Refused(last), gone);
            }

            Flush();
            _receipts.Writer.Complete();
        }
        catch (Exception exception)
        {
            _receipts.Writer.Complete(exception);
        }
    }

    private async ValueTask<ConfluentError?> ReadToEndAsync(CancellationToken stop, CancellationToken leaving)
    {
        if (_refusedAtFirst is not null)
        {
            return ConfluentError.Of(_refusedAtFirst);
        }

        try
        {
            for (var value = _first; value is not null; value = await NextAsync(stop))
            {
                if (await caller.RecheckAsync(Right.WriteTopic, topic.Name, stop) is { } refusal)
                {
                    return ConfluentError.Of(refusal);
                }

                // What stands in JSON is never shorter than what it becomes. Before it is copied there must be room.
                var bytes = value.Value.Length + _overheadBytes;
                await TakeRoomAsync(bytes, stop);
                await OweAsync(Accept(value.Value) with { Bytes = bytes }, stop);
            }

            return null;
        }
        catch (Exception exception) when (!Failures.IsClientGone(exception, gone)
            && Failures.ProblemOf(exception) is { Code: not ProblemCode.Internal } problem)
        {
            // What stands before it gets its receipts, whatever became of the body.
            return ConfluentError.Of(problem);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            return leaving.IsCancellationRequested ? NodeLeaves : LastedTooLong;
        }
    }

    private ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        var next = body.ReadValueAsync(stop);
        if (!next.IsCompleted)
        {
            // The client sends no more for now, and may be waiting for receipts before it does.
            Flush();
        }

        return next;
    }

    private async ValueTask TakeRoomAsync(int bytes, CancellationToken stop)
    {
        if (!Pending.TryTake(bytes))
        {
            Flush();
            await Pending.TakeAsync(bytes, stop);
        }
    }

    private async ValueTask OweAsync(PendingReceipt receipt, CancellationToken stop)
    {
        if (!_receipts.Writer.TryWrite(receipt))
        {
            Flush();
            await _receipts.Writer.WriteAsync(receipt, stop);
        }
    }

    private PendingReceipt Accept(ReadOnlyMemory<byte> json)
    {
        if (V3RecordReader.Read(json, engine.Settings.RecordHeadersMax, isEntry: false, out var read) is { } broken)
        {
            return PendingReceipt.Refused(broken);
        }

        var asked = _asked ??= conditions.ForStreamFrom(read.Record);
        if (RecordRules.Check(topic, engine.Settings, read.Record) is { } problem)
        {
            if (asked.Counts(problem))
            {
                LaneOf(PartitionOf(read.Record, asked), asked).Skip();
            }

            return PendingReceipt.Refused(ReceiptWriter.RefusalOf(problem));
        }

        var partition = PartitionOf(read.Record, asked);
        var timestamp = read.Record.Timestamp ?? engine.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var (answer, index) = LaneOf(partition, asked)
            .Add(asked.Traced(read.Record, topic, engine.Settings), timestamp);
        var hasOwnTimestamp = read.Record.Timestamp.HasValue;
        return new(answer, null, partition, index, timestamp, hasOwnTimestamp, read.Key, read.Value);
    }

    private int PartitionOf(in ProduceRecord record, ProduceConditions asked) =>
        record.Partition
        ?? (record.Key is { } key
            ? Partitioner.PartitionOf(key.Span, topic.PartitionCount)
            : _keylessPartition ??= asked.PartitionOfKeyless(topic, engine.Log));

    private PartitionLane LaneOf(int partition, ProduceConditions asked)
    {
        if (!_lanes.TryGetValue(partition, out var lane))
        {
            var batchBytesMax = Math.Min(topic.Config.MaxMessageBytes, engine.Settings.StreamBatchBytesMax);
            var appends = new PartitionAppends(asked);
            lane = new(
                batchBytesMax,
                appends,
                batch => engine.Producer.AppendAsync(topic, partition, appends, batch, gone));
            _lanes.Add(partition, lane);
        }

        return lane;
    }

    private void Flush()
    {
        _keylessPartition = null;
        foreach (var lane in _lanes.Values)
        {
            lane.Flush();
        }
    }
}
