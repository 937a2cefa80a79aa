using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Reads the next records of a consumer instance: fetches from its positions, then moves them by compare-and-swap, and
/// only then returns the records. Two reads of one instance at once return different records; the loser of the race
/// fetches again.
/// </summary>
/// <remarks>
/// A crash between the move and the answer leaves positions behind records that nobody got; they are not committed, so
/// the next owner of the partition, or the instance after a seek to the committed offset, reads them again.
/// </remarks>
public sealed class GroupReader
{
    private static readonly TimeSpan EmptyPassPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NothingToReadPause = TimeSpan.FromSeconds(1);

    private readonly GroupCoordinator _groups;
    private readonly PositionFinder _finder;
    private readonly EventLog _log;
    private readonly ICompression _compression;
    private readonly GroupSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <summary>Touches no storage.</summary>
    /// <param name="groups">The instances and their positions.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="log">The records.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once.</param>
    public GroupReader(
        GroupCoordinator groups,
        TopicCatalog topics,
        EventLog log,
        ICompression compression,
        GroupSettings settings,
        TimeProvider time,
        Random random)
    {
        _groups = groups;
        _finder = new PositionFinder(groups, topics, log);
        _log = log;
        _compression = compression;
        _settings = settings;
        _time = time;
        _random = random;
    }

    /// <summary>Returns the next records as soon as there are any, or none when the time is over.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who reads.</param>
    /// <param name="plan">
    /// Says how much and how long an instance of these settings wants to read, or null for not at all.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait; positions may have moved nevertheless.</param>
    /// <exception cref="StorageUnavailableException">No position moved, or others kept moving them.</exception>
    /// <exception cref="StorageOutcomeUnknownException">Positions may have moved.</exception>
    public async ValueTask<ReadOutcome> ReadAsync(
        GroupId group,
        InstanceId instance,
        Func<InstanceSettings, ReadRequest?> plan,
        CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var (lost, empty) = (0, 0);
        while (true)
        {
            var touched = await _groups.ExecuteAsync(group, new GroupRequest.Touch(instance), cancellationToken);
            if (touched is not GroupOutcome.Done { Instance: { } reader, View: var view })
            {
                var refused = (GroupOutcome.Refused)touched;
                return new ReadOutcome.Refused(refused.Error, refused.Detail);
            }

            if (plan(reader.Settings) is not { } request)
            {
                return new ReadOutcome.Declined(reader.Settings);
            }

            if (reader.Subscription is Subscription.None)
            {
                return new ReadOutcome.Refused(
                    GroupError.NotSubscribed, "Consumer is not subscribed to any topics or assigned any partitions");
            }

            var (outcome, positions) = await PassAsync(group, reader, view, request, cancellationToken);
            var left = request.Wait - _time.GetElapsedTime(began);
            if (outcome is not null and not ReadOutcome.Records { Consumed.Count: 0 })
            {
                return outcome;
            }

            if (outcome is null)
            {
                // Every lost race is won by someone, so this ends unless the client races against itself without end.
                if (++lost >= GroupLimits.AttemptsMax)
                {
                    throw new StorageUnavailableException(
                        $"The positions of '{instance}' were moved by others {lost} times.");
                }
            }
            else if (left <= TimeSpan.Zero || _log.WaitsEnded)
            {
                return outcome;
            }
            else
            {
                await PauseAsync(++empty, cancellationToken);
                await WaitAsync(positions, left, cancellationToken);
            }
        }
    }

    /// <summary>One look at all partitions; a null outcome is a lost race.</summary>
    private async ValueTask<(ReadOutcome? Outcome, IReadOnlyList<ReadPosition> Positions)> PassAsync(
        GroupId group,
        ConsumerInstance reader,
        GroupView? view,
        ReadRequest request,
        CancellationToken cancellationToken)
    {
        var (positions, refused) = await _finder.FindAsync(group, reader, cancellationToken);
        if (refused is not null)
        {
            return (refused, positions);
        }

        var taken = new RecordCollection(request, _compression);
        positions = await FetchAsync(positions, reader, taken, cancellationToken);
        if (taken.Obstacle is { } obstacle)
        {
            return (obstacle, positions);
        }

        var moved = taken.Moves.Select(static move => move.Partition).ToHashSet();
        var moves = taken.Moves.Concat(positions
            .Where(position => !moved.Contains(position.Partition))
            .Select(static position => position.Initial)
            .OfType<PositionMove>());

        var advanced = await _groups.ExecuteAsync(
            group, new GroupRequest.Advance(reader.Id, [.. moves], _groups.NextStamp()), view, cancellationToken);
        return advanced switch
        {
            GroupOutcome.Done done => (new ReadOutcome.Records(taken.Records), Moved(positions, done.Instance)),
            GroupOutcome.Refused { Error: GroupError.Superseded } => (null, positions),
            GroupOutcome.Refused other => (new ReadOutcome.Refused(other.Error, other.Detail), positions),
            _ => throw new Diagnostics.InvariantViolatedException($"No answer is defined for {advanced}."),
        };
    }

    private async ValueTask<IReadOnlyList<ReadPosition>> FetchAsync(
        IReadOnlyList<ReadPosition> positions,
        ConsumerInstance reader,
        RecordCollection taken,
        CancellationToken cancellationToken)
    {
        // Another partition comes first each time, so that a busy one does not keep the others from being read.
        var first = positions.Count == 0 ? 0 : _random.Next(positions.Count);
        var turned = positions.Skip(first).Concat(positions.Take(first)).ToList();
        for (var at = 0; at < turned.Count && !taken.Full; at += GroupLimits.FetchesAtOnceMax)
        {
            var some = turned.Skip(at).Take(GroupLimits.FetchesAtOnceMax).ToList();
            var bytes = Math.Min(taken.BytesLeft, Math.Max(GroupLimits.FetchBytesMin, taken.BytesLeft / some.Count));
            var fetched = await Task.WhenAll(
                some.Select(one => FetchOneAsync(one, reader.Settings, bytes, cancellationToken).AsTask()));
            for (var index = 0; index < some.Count; index++)
            {
                turned[at + index] = fetched[index].Position;
                Take(taken, fetched[index].Position, fetched[index].Outcome);
            }
        }

        return turned;
    }

    private static void Take(RecordCollection taken, ReadPosition position, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Fetched fetched when !taken.Full && taken.Moves.Count < GroupLimits.PartitionsPerReadMax:
                taken.Take(position, fetched.Batches);
                break;
            case FetchOutcome.OffsetOutOfRange range when !taken.Full:
                taken.Stop(new ReadOutcome.Refused(
                    GroupError.NoOffset,
                    $"Offset {position.Start} of {position.Partition} is out of the range {range.LogStartOffset} to "
                    + $"{range.HighWatermark}, with no configured reset policy"));
                break;
            default:
                break;
        }
    }

    private async ValueTask<(ReadPosition Position, FetchOutcome Outcome)> FetchOneAsync(
        ReadPosition position, InstanceSettings settings, int bytes, CancellationToken cancellationToken)
    {
        var outcome = await _log.FetchAsync(
            position.Topic, position.Partition.Partition, position.Start, bytes, cancellationToken);
        if (outcome is FetchOutcome.OffsetOutOfRange
            && await _finder.ResetAsync(position.Topic, position.Partition, settings, cancellationToken) is { } reset)
        {
            position = position with { Start = reset, Uncommitted = true };
            outcome = await _log.FetchAsync(
                position.Topic, position.Partition.Partition, reset, bytes, cancellationToken);
        }

        return (position, outcome);
    }

    private static IReadOnlyList<ReadPosition> Moved(IReadOnlyList<ReadPosition> positions, ConsumerInstance? reader) =>
    [
        .. positions.Select(position => position with
        {
            Start = reader?.Assignment.GetValueOrDefault(position.Partition)?.Position ?? position.Start,
        }),
    ];

    // A wait ends at once when a topic is gone, and this node may not know so yet.
    private ValueTask PauseAsync(int emptyPasses, CancellationToken cancellationToken) => emptyPasses == 1
        ? ValueTask.CompletedTask
        : new ValueTask(Waits.DelayAsync(EmptyPassPause, _time, cancellationToken));

    private async ValueTask WaitAsync(
        IReadOnlyList<ReadPosition> positions, TimeSpan left, CancellationToken cancellationToken)
    {
        if (positions.Count == 0)
        {
            await Waits.DelayAsync(left < NothingToReadPause ? left : NothingToReadPause, _time, cancellationToken);
            return;
        }

        var timeout = left < _settings.RecheckInterval ? left : _settings.RecheckInterval;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = positions
            .GroupBy(static one => one.Topic, static one => new PartitionPosition(one.Partition.Partition, one.Start))
            .Select(one => _log.WaitAsync(one.Key, [.. one], timeout, enough.Token).AsTask())
            .ToList();
        await Task.WhenAny(waits);
        enough.Cancel();
        try
        {
            await Task.WhenAll(waits);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The waits for the other topics, which were no longer needed. A fault of any of them would have come
            // instead.
        }
    }
}
