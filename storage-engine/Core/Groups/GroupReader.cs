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
    // A wait ends at once when a topic is gone, and this node may not know so yet; and whoever waits for many bytes
    // does not look at each record by itself.
    private static readonly TimeSpan FetchPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NothingToReadPause = TimeSpan.FromSeconds(1);

    private readonly GroupCoordinator _groups;
    private readonly PositionFinder _finder;
    private readonly RecordFetcher _fetcher;
    private readonly EventLog _log;
    private readonly ICompression _compression;
    private readonly GroupSettings _settings;
    private readonly TimeProvider _time;

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
        _fetcher = new RecordFetcher(_finder, log, random);
        _log = log;
        _compression = compression;
        _settings = settings;
        _time = time;
    }

    /// <summary>
    /// Returns the next records as soon as there are enough, or what there is when the time is over.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">Who reads.</param>
    /// <param name="plan">
    /// Says how much and how long the instance, as it is now, wants to read, or null for not at all.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait; positions may have moved nevertheless.</param>
    /// <exception cref="StorageUnavailableException">No position moved, or others kept moving them.</exception>
    /// <exception cref="StorageOutcomeUnknownException">Positions may have moved.</exception>
    public async ValueTask<ReadOutcome> ReadAsync(
        GroupId group,
        InstanceId instance,
        Func<ConsumerInstance, ReadRequest?> plan,
        CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var lost = 0;
        while (true)
        {
            var touched = await _groups.ExecuteAsync(group, new GroupRequest.Poll(instance), cancellationToken);
            if (touched is not GroupOutcome.Done { Instance: { } reader, View: var view })
            {
                var refused = (GroupOutcome.Refused)touched;
                return new ReadOutcome.Refused(refused.Error, refused.Detail);
            }

            if (plan(reader) is not { } request)
            {
                return new ReadOutcome.Declined(reader.Settings);
            }

            if (reader.Subscription is Subscription.None)
            {
                return new ReadOutcome.Refused(
                    GroupError.NotSubscribed, "Consumer is not subscribed to any topics or assigned any partitions");
            }

            if (CommitsMoreThanAStep(reader))
            {
                if (await _groups.CommitAsync(group, instance, offsets: null, cancellationToken)
                    is GroupOutcome.Refused notCommitted)
                {
                    return new ReadOutcome.Refused(notCommitted.Error, notCommitted.Detail);
                }

                continue;
            }

            var look = new ReadLook(group, reader, request, request.Wait - _time.GetElapsedTime(began));
            switch (await LookAsync(look, view, cancellationToken))
            {
                case { Outcome: { } outcome }:
                    return outcome;

                // Every lost race is won by someone, so this ends unless the client races against itself without end.
                case { Lost: true } when ++lost >= GroupLimits.AttemptsMax:
                    throw new StorageUnavailableException(
                        $"The positions of '{instance}' were moved by others {lost} times.");
                default:
                    break;
            }
        }
    }

    /// <summary>Reads from the partitions that the instance has now, until the group must be looked at again.</summary>
    private async ValueTask<LookResult> LookAsync(ReadLook look, GroupView? view, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var (positions, refused) = await _finder.FindAsync(
            look.Group, look.Reader, look.Request.MayRead, cancellationToken);
        if (refused is not null)
        {
            return new LookResult(refused);
        }

        var taken = new RecordCollection(look.Request, _compression);
        positions = await _fetcher.FetchAsync(positions, look.Reader.Settings, taken, cancellationToken);
        if (taken.IsEnough || look.Left <= TimeSpan.Zero || _log.WaitsEnded)
        {
            return await AdvanceAsync(look, taken, positions, view, cancellationToken);
        }

        // Before the wait: it commits what was read before, and a reader that begins at the end begins at this end.
        var pinned = positions.Any(static one => one.Initial is not null);
        var outcome = await _groups.ExecuteAsync(
            look.Group, Advance(look.Reader, positions.Select(static one => one.Initial)), view, cancellationToken);
        if (outcome is not GroupOutcome.Done { Instance: var reader })
        {
            return LookResult.Of((GroupOutcome.Refused)outcome);
        }

        if (pinned)
        {
            taken.Release();
            taken = new RecordCollection(look.Request, _compression);
            positions = [.. positions.Select(one => one.At(reader?.Assignment.GetValueOrDefault(one.Partition)))];
        }

        var isOver = await GatherAsync(look, taken, positions, began, cancellationToken);
        if (isOver || taken.IsEnough)
        {
            return await AdvanceAsync(look, taken, positions, null, cancellationToken);
        }

        taken.Release();
        return new LookResult(null);
    }

    /// <summary>Waits and fetches until there is enough, or it is time to look at the group again.</summary>
    /// <returns>Whether the time of the whole read is over.</returns>
    private async ValueTask<bool> GatherAsync(
        ReadLook look,
        RecordCollection taken,
        IReadOnlyList<ReadPosition> positions,
        long began,
        CancellationToken cancellationToken)
    {
        var lookLasts = positions.Count == 0 ? NothingToReadPause : _settings.RecheckInterval;
        var (left, fetched) = (TimeSpan.Zero, 0);
        while (!taken.IsEnough && !_log.WaitsEnded
            && (left = Least(look.Left, lookLasts) - _time.GetElapsedTime(began)) > TimeSpan.Zero)
        {
            if (positions.Count == 0 || fetched > 0)
            {
                var pause = positions.Count == 0 ? left : Least(left, FetchPause);
                await Waits.DelayAsync(pause, _time, cancellationToken);
            }

            if (positions.Count > 0)
            {
                await _fetcher.WaitAsync(positions, taken, left, cancellationToken);
                positions = await _fetcher.FetchAsync(positions, look.Reader.Settings, taken, cancellationToken);
                fetched++;
            }
        }

        return _log.WaitsEnded || look.Left <= _time.GetElapsedTime(began);
    }

    /// <summary>Moves the positions behind what was taken; what somebody else has moved meanwhile was not.</summary>
    private async ValueTask<LookResult> AdvanceAsync(
        ReadLook look,
        RecordCollection taken,
        IReadOnlyList<ReadPosition> positions,
        GroupView? view,
        CancellationToken cancellationToken)
    {
        if (taken.Obstacle is { } obstacle)
        {
            return new LookResult(obstacle);
        }

        var moves = taken.Moves.Concat(positions
            .Where(position => !taken.Holds(position.Partition))
            .Select(static position => position.Initial));
        var outcome = await _groups.ExecuteAsync(
            look.Group, Advance(look.Reader, moves), view, cancellationToken);
        if (outcome is GroupOutcome.Done)
        {
            return new LookResult(new ReadOutcome.Records(taken.Records));
        }

        taken.Release();
        return LookResult.Of((GroupOutcome.Refused)outcome);
    }

    // The step that moves positions commits as many as it has room for. More are uncommitted when a member with many
    // partitions begins to read: those read again and again would keep the rest from being committed.
    private static bool CommitsMoreThanAStep(ConsumerInstance reader) =>
        reader.Settings.AutoCommit
        && reader.Assignment.Values.Count(static one => one is { Uncommitted: true, Position: not null })
            > GroupLimits.OffsetsPerTransactionMax;

    private GroupRequest.Advance Advance(ConsumerInstance reader, IEnumerable<PositionMove?> moves) =>
        new(reader.Id, [.. moves.OfType<PositionMove>()], _groups.NextStamp());

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>What is read in one look at the group.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Reader">The instance as the look found it.</param>
    /// <param name="Request">How it wants to read.</param>
    /// <param name="Left">How long the read may still wait, from the beginning of the look on.</param>
    private sealed record ReadLook(GroupId Group, ConsumerInstance Reader, ReadRequest Request, TimeSpan Left);

    /// <summary>What came of it: an answer, or none yet.</summary>
    private readonly record struct LookResult(ReadOutcome? Outcome, bool Lost = false)
    {
        public static LookResult Of(GroupOutcome.Refused refused) =>
            refused.Error == GroupError.Superseded
                ? new LookResult(null, Lost: true)
                : new LookResult(new ReadOutcome.Refused(refused.Error, refused.Detail));
    }
}
