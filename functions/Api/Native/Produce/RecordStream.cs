using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Appends the records of a stream while it arrives. One loop does everything: it takes the lines that are there, sends
/// the batches that are full or old enough, notes the appends that have ended, and waits for whichever comes next.
/// </summary>
/// <remarks>
/// <para>
/// At most one append per partition is in flight, so records of a partition keep the stream's order, and after a failed
/// one nothing later of the stream reaches that partition. What is batched or in flight is bounded by
/// <see cref="ApiSettings.StreamPendingBytesMax"/>; past it the body is not read, and the client's connection fills up.
/// It counts as the node's memory for requests too: where that is used up the stream waits for its own appends, and is
/// refused when it has none to wait for.
/// </para>
/// <para>The first broken line or failed append ends the stream; what was accepted before it is appended
/// nevertheless.</para>
/// </remarks>
/// <param name="engine">What the endpoints work with.</param>
/// <param name="caller">Who appends; is asked again while the stream lasts.</param>
/// <param name="topic">Where the records go.</param>
/// <param name="conditions">What the request asks for beyond its records.</param>
/// <param name="lines">The records.</param>
/// <param name="memory">What is batched or in flight counts there.</param>
/// <param name="acknowledge">Told of each run of records that is durable, and up to which line every line is.</param>
internal sealed class RecordStream(
    Engine engine,
    Caller caller,
    Topic topic,
    ProduceConditions conditions,
    LineRecords lines,
    BatchMemory memory,
    Func<StreamLane, StoredRun, long, ValueTask> acknowledge)
{
    private readonly ApiSettings _settings = engine.Settings;
    private readonly Dictionary<int, StreamLane> _lanes = [];
    private readonly int _batchBytesMax = Math.Min(topic.Config.MaxMessageBytes, engine.Settings.StreamBatchBytesMax);
    private long _pendingBytes;
    private long _now;
    private long _nowMilliseconds;
    private long _takenLine;
    private ProduceConditions? _asked;
    private int? _keylessPartition;
    private Problem? _problem;
    private CancellationToken _cancellationToken;

    /// <summary>The partitions that records of the stream went to, in order.</summary>
    public IReadOnlyList<StreamLane> Lanes => [.. _lanes.Values.OrderBy(static lane => lane.Partition)];

    /// <summary>Every line up to this one is durable, or was empty.</summary>
    public long DurableLine
    {
        get
        {
            var durable = _takenLine;
            foreach (var lane in _lanes.Values)
            {
                durable = Math.Min(durable, lane.FirstPendingLine - 1);
            }

            return durable;
        }
    }

    /// <summary>Runs the stream to its end.</summary>
    /// <param name="cancellationToken">The client has gone: abandons the wait for appends, not the appends.</param>
    /// <returns>Null when every line is durable; else what ended the stream.</returns>
    public async Task<Problem?> RunAsync(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        try
        {
            while (_problem is null)
            {
                if ((_problem = await caller.RecheckAsync(Right.WriteTopic, topic.Name, cancellationToken)) is not null)
                {
                    break;
                }

                await TakeLinesAsync();
                if (lines.IsComplete || _problem is not null)
                {
                    break;
                }

                await WaitForMoreAsync();
            }
        }
        catch (Exception exception) when (EndsStream(exception) is { } ended)
        {
            // What is durable already must be told, whatever became of the body.
            _problem = MoreSevere(_problem, ended);
        }

        await DrainAsync();
        return _problem;
    }

    private async ValueTask TakeLinesAsync()
    {
        ReadClock();
        while (_problem is null && lines.TryRead(out var record, out var broken))
        {
            broken ??= RecordRules.Check(topic, _settings, record);
            if (broken is not null)
            {
                _problem = lines.AtLine(broken);
                return;
            }

            var asked = _asked ??= conditions.ForStreamFrom(record);
            var lane = LaneOf(PartitionOf(record, asked), asked);
            var timestamp = record.Timestamp ?? _nowMilliseconds;
            var traced = asked.Traced(record, topic, _settings);
            if (await MakeRoomAsync(traced.BytesBound + sizeof(long))
                && (!lane.MustSendBefore(traced, timestamp, _batchBytesMax) || await TrySendAsync(lane)))
            {
                _pendingBytes += lane.Add(traced, timestamp, lines.LineNumber, _now);
                _takenLine = lines.LineNumber;
            }
        }
    }

    private async ValueTask WaitForMoreAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        var fill = lines.FillAsync(stop.Token);
        if (fill.IsCompleted)
        {
            await fill;
            ReadClock();
            await NoteAppendsAsync();
            SendDue();
            return;
        }

        var more = fill.AsTask();
        while (_problem is null && !more.IsCompleted)
        {
            ReadClock();
            SendDue();
            await AnyAsync(more);
            await NoteAppendsAsync();
        }

        if (_problem is not null)
        {
            // The server cannot end a request that is still being read, so the read ends first; how does not matter.
            stop.Cancel();
            await Task.WhenAny(more);
            return;
        }

        await more;
    }

    /// <summary>Waits until the body goes on, an append ends, or a batch is old enough to be sent.</summary>
    private async Task AnyAsync(Task more)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        List<Task> events = [more];
        var due = TimeSpan.MaxValue;
        foreach (var lane in _lanes.Values)
        {
            if (lane.Append is not null)
            {
                events.Add(lane.Append);
            }
            else if (lane.Filling.Records > 0)
            {
                var age = engine.Time.GetElapsedTime(lane.FillingSince);
                due = _settings.StreamLinger - age < due ? _settings.StreamLinger - age : due;
            }
        }

        if (due < TimeSpan.MaxValue)
        {
            events.Add(Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, engine.Time, stop.Token));
        }

        await Task.WhenAny(events);
        stop.Cancel();
    }

    /// <summary>Sends every batch that is old enough and whose partition is free.</summary>
    private void SendDue()
    {
        foreach (var lane in _lanes.Values)
        {
            if (lane.Append is null && lane.Filling.Records > 0
                && engine.Time.GetElapsedTime(lane.FillingSince, _now) >= _settings.StreamLinger)
            {
                Send(lane);
            }
        }
    }

    private async ValueTask<bool> MakeRoomAsync(long bytes)
    {
        while (_problem is null && !TryHold(bytes, out var refused))
        {
            if (_pendingBytes == 0)
            {
                _problem = lines.AtLine(refused!);
                break;
            }

            foreach (var lane in _lanes.Values)
            {
                if (lane.Append is null && lane.Filling.Records > 0)
                {
                    Send(lane);
                }
            }

            await Task.WhenAny(_lanes.Values.Select(lane => lane.Append).OfType<Task>());
            await NoteAppendsAsync();
        }

        return _problem is null;
    }

    // A record that is too large for the stream's own limit is let through alone; the node's memory is asked always.
    private bool TryHold(long bytes, out Problem? refused)
    {
        refused = null;
        return (_pendingBytes == 0 || _pendingBytes + bytes <= _settings.StreamPendingBytesMax)
            && (refused = memory.TryHold(_pendingBytes + bytes)) is null;
    }

    private async ValueTask<bool> TrySendAsync(StreamLane lane)
    {
        await NoteAppendAsync(lane);
        if (_problem is null)
        {
            Send(lane);
        }

        return _problem is null;
    }

    private void Send(StreamLane lane)
    {
        if (lane.Partition == _keylessPartition)
        {
            _keylessPartition = null;
        }

        lane.Send((lane, batch) =>
            engine.Producer.AppendAsync(topic, lane.Partition, lane.Appends, batch, _cancellationToken));
    }

    private async ValueTask NoteAppendsAsync()
    {
        foreach (var lane in _lanes.Values)
        {
            if (lane.Append is { IsCompleted: true })
            {
                await NoteAppendAsync(lane);
            }
        }
    }

    private async ValueTask NoteAppendAsync(StreamLane lane)
    {
        if (lane.Append is not { } append)
        {
            return;
        }

        var (answer, batch) = (await append, lane.InFlight);
        lane.Complete(answer);
        _pendingBytes -= batch.Bytes;
        memory.TryHold(_pendingBytes);
        _problem = answer.Problem is null ? _problem : MoreSevere(_problem, answer.Problem);
        foreach (var run in answer.Stored)
        {
            await acknowledge(lane, run, DurableLine);
        }
    }

    /// <summary>Appends what was accepted, in partitions where nothing failed, and waits for all of it.</summary>
    private async ValueTask DrainAsync()
    {
        var busy = true;
        while (busy)
        {
            busy = false;
            foreach (var lane in _lanes.Values)
            {
                await NoteAppendAsync(lane);
                if (lane.Filling.Records > 0 && !lane.HasFailed)
                {
                    Send(lane);
                    busy = true;
                }
            }
        }
    }

    private int PartitionOf(in ProduceRecord record, ProduceConditions asked) =>
        record.Partition
        ?? (record.Key is { } key
            ? Partitioner.PartitionOf(key.Span, topic.PartitionCount)
            : _keylessPartition ??= asked.PartitionOfKeyless(topic, engine.Log));

    private StreamLane LaneOf(int partition, ProduceConditions asked)
    {
        if (!_lanes.TryGetValue(partition, out var lane))
        {
            lane = new(partition, asked);
            _lanes.Add(partition, lane);
        }

        return lane;
    }

    // Null when nobody is left to hear it, or it is a mistake of this program.
    private Problem? EndsStream(Exception exception) =>
        Failures.IsClientGone(exception, _cancellationToken)
        || Failures.ProblemOf(exception) is not { Code: not ProblemCode.Internal } problem
            ? null
            : problem;

    // An append whose outcome is not known must not hide behind a broken line.
    private static Problem MoreSevere(Problem? first, Problem second) =>
        first is null || second.Rule.SideEffects > first.Rule.SideEffects ? second : first;

    private void ReadClock()
    {
        _now = engine.Time.GetTimestamp();
        _nowMilliseconds = engine.Time.GetUtcNow().ToUnixTimeMilliseconds();
    }
}
