using System.Diagnostics;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>Everything that a store needs done from time to time: the logs by the keeper, groups and their offsets by the
/// cleanup. Any number of nodes may do it at any time.</summary>
public sealed class StoreMaintenance
{
    private readonly Keeper _keeper;
    private readonly OffsetCleanup _groups;
    private readonly EngineMeters _meters;
    private readonly TimeProvider _time;

    // When a run over the whole store ended last, as far as this node knows; 0 when it knows of none.
    private long _wholeRunAtMs;

    /// <summary>Touches no storage.</summary>
    /// <param name="keeper">Keeps the logs.</param>
    /// <param name="groups">Keeps groups and their offsets.</param>
    /// <param name="meters">Counts runs, and what becomes of groups and offsets; the keeper counts its own work.</param>
    /// <param name="time">The only clock.</param>
    public StoreMaintenance(Keeper keeper, OffsetCleanup groups, EngineMeters meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        (_keeper, _groups, _meters, _time) = (keeper, groups, meters, time);
        meters.Gauges.KeeperRunAge = AgeOfWholeRun;
    }

    /// <summary>Does what is due for the whole store, as far as the limits of a run let it.</summary>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public async ValueTask<MaintenanceOutcome> RunAsync(CancellationToken cancellationToken)
    {
        MaintenanceReport report;
        try
        {
            if (await _keeper.RunAsync(cancellationToken) is not KeeperOutcome.Ran { Report: var run })
            {
                _meters.CountKeeperRun("under_way");
                return new MaintenanceOutcome.UnderWay();
            }

            NoteRun(run.IsComplete ? run.FinishedAt : null);
            report = await WithGroupsAsync(run, cancellationToken);
        }
        catch (Exception exception)
        {
            _meters.CountKeeperRun(OutcomeNames.Of(exception));
            throw;
        }

        _meters.CountKeeperRun(
            report.Run.Did.Faults > 0 ? "faults" : report.Run.IsComplete ? OutcomeNames.Ok : "partial");
        return new MaintenanceOutcome.Ran(report);
    }

    /// <summary>Does what is due for the logs of one topic.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public async ValueTask<MaintenanceOutcome> RunAsync(TopicName topic, CancellationToken cancellationToken) =>
        await _keeper.RunAsync(topic, cancellationToken) switch
        {
            KeeperOutcome.Ran ran => new MaintenanceOutcome.Ran(new MaintenanceReport(ran.Report, Groups: null)),
            KeeperOutcome.UnderWay => new MaintenanceOutcome.UnderWay(),
            KeeperOutcome.UnknownTopic => new MaintenanceOutcome.UnknownTopic(),
            var outcome => throw new UnreachableException($"No outcome is defined for {outcome}."),
        };

    /// <summary>
    /// Does what is due for the whole store, unless some node has done all of it lately: however many nodes there
    /// are, they do the work of one.
    /// </summary>
    /// <param name="pause">How long ago that must have ended.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public async ValueTask<MaintenanceOutcome> RunIfDueAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        // A node whose clock is wrong runs too early, or later than it should: both are harmless.
        var last = await _keeper.ReadRunAsync(cancellationToken);
        NoteRun(last is { IsComplete: true } ? last.FinishedAt : null);
        return last is { FinishedAt: { } finished, IsComplete: true } && _time.GetUtcNow() - finished < pause
            ? new MaintenanceOutcome.NotDue()
            : await RunAsync(cancellationToken);
    }

    // What was done to the logs is done, and is told also when this fails.
    private async ValueTask<MaintenanceReport> WithGroupsAsync(KeeperReport run, CancellationToken cancellationToken)
    {
        try
        {
            var cleaned = await _groups.RunAsync(cancellationToken);
            _meters.OffsetsRemoved.Add(cleaned?.OffsetsRemoved ?? 0);
            _meters.GroupsRemoved.Add(cleaned?.GroupsRemoved ?? 0);
            return new MaintenanceReport(cleaned?.Problem is null ? run : WithFault(run), cleaned);
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException)
        {
            var problem = new KeeperProblem(
                run.FinishedAt, $"The cleanup of groups did not end: {exception.Message}");
            return new MaintenanceReport(
                WithFault(run) with { Problems = [.. run.Problems, problem] }, Groups: null);
        }
    }

    // The keeper has counted its own.
    private KeeperReport WithFault(KeeperReport run)
    {
        _meters.KeeperFaults.Add(1);
        return run with { Did = run.Did + new KeeperCounts { Faults = 1 } };
    }

    private void NoteRun(DateTimeOffset? endedAt)
    {
        if (endedAt is { } instant)
        {
            Volatile.Write(ref _wholeRunAtMs, instant.ToUnixTimeMilliseconds());
        }
    }

    private TimeSpan? AgeOfWholeRun() => Volatile.Read(ref _wholeRunAtMs) is > 0 and var at
        ? _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at)
        : null;
}
