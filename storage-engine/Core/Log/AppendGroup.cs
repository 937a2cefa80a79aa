using System.Diagnostics;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The appends that a writer has taken out of its queue and not answered yet, in the order of
/// arrival.</summary>
internal sealed class AppendGroup(AppendQueue queue, PartitionId partition, LogContext context)
{
    private readonly List<PendingAppend> _waiting = [];

    /// <summary>Whether all are answered.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>The first of them that is traced, for traces; null when none is.</summary>
    public Activity? Activity => _waiting.Find(static append => append.Activity is not null)?.Activity;

    /// <summary>Takes what has arrived meanwhile, as far as it fits in one block.</summary>
    public void FillUp() => queue.FillUp(_waiting);

    /// <summary>Notes that the log was seen to its end by a read that began after all of these had arrived.</summary>
    public void NoteFreshState() => _waiting.ForEach(static append => append.HasFreshState = true);

    /// <summary>Answers the repeats of what is durable; they wait for nothing.</summary>
    /// <param name="state">The log.</param>
    /// <param name="logStartOffset">The first offset that can be read.</param>
    public void AnswerRepeats(LogState state, long logStartOffset)
    {
        foreach (var append in _waiting)
        {
            if (AppendPlan.AnswerOfRepeat(state, context.NowMs, append, logStartOffset) is { } outcome)
            {
                Answer(append, outcome);
            }
        }

        ReleaseDecided();
    }

    /// <summary>Makes a plan, and answers what it decides without a block.</summary>
    /// <param name="state">The log.</param>
    /// <param name="block">What the next block is.</param>
    /// <param name="logStartOffset">The first offset that can be read.</param>
    public AppendPlan Plan(LogState state, BlockPlan block, long logStartOffset)
    {
        var plan = AppendPlan.Of(state, block, partition, _waiting, logStartOffset);
        foreach (var (append, outcome) in plan.Answered)
        {
            Answer(append, outcome);
        }

        ReleaseDecided();
        return plan;
    }

    /// <summary>Answers what a stored block carries. The rest is judged again, by the log behind that block.</summary>
    /// <param name="plan">The plan of the block.</param>
    /// <param name="logStartOffset">The first offset that can be read.</param>
    public void CompleteStored(AppendPlan plan, long logStartOffset)
    {
        Count(plan.Batches);
        foreach (var append in plan.Accepted)
        {
            if (append.Request.Batch is not { } batch)
            {
                append.Complete(new AppendOutcome.Fenced(plan.State.NextOffset));
                continue;
            }

            context.Meters.AppendDuration.Record(context.Time.GetElapsedTime(append.ArrivedAt).TotalSeconds);
            append.Complete(new AppendOutcome.Appended(
                batch.BaseOffset,
                append.Request.StampsLogAppendTime ? batch.MaxTimestamp : null,
                logStartOffset,
                Duplicate: false));
        }

        ReleaseDecided();

        // The block won the position behind everything else, and these had arrived before it was sent.
        NoteFreshState();
    }

    /// <summary>Answers all of them with one outcome, and what is in the queue as far as it fits beside them; the rest
    /// comes with the next group.</summary>
    public void CompleteAll(AppendOutcome outcome)
    {
        FillUp();
        _waiting.ForEach(append => append.Complete(outcome));
        ReleaseDecided();
    }

    /// <summary>Tells everything that waits that storage failed.</summary>
    public void Fail(Exception exception)
    {
        if (IsEmpty)
        {
            FillUp();
        }

        _waiting.ForEach(append => append.Fail(OwnOf(exception)));
        if (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            RefuseTheImpatient();
        }

        ReleaseDecided();
    }

    private void Count(IReadOnlyList<KeyedBatch> batches)
    {
        var (records, bytes) = (0L, 0L);
        for (var place = 0; place < batches.Count; place++)
        {
            records += batches[place].Batch.RecordCount;
            bytes += batches[place].Batch.Length;
        }

        context.Meters.RecordsAppended.Add(records);
        context.Meters.BytesAppended.Add(bytes);
    }

    // An exception that several callers throw at once gets a stack trace that is nobody's.
    private static Exception OwnOf(Exception exception) => exception switch
    {
        StorageUnavailableException unavailable => unavailable.ForAnother(),
        StorageOutcomeUnknownException unknown => unknown.ForAnother(),
        CorruptDataException damaged => damaged.ForAnother(),
        _ => exception,
    };

    // While storage is away each group takes its time to fail. Who has waited for that long behind another group is
    // told at once, so that nobody waits for all groups before it.
    private void RefuseTheImpatient()
    {
        var attempted = _waiting.Count;
        queue.TakeOlderThan(context.Tuning.ResolveTimeout, context.Time, _waiting);
        foreach (var append in _waiting.Skip(attempted))
        {
            append.Fail(new StorageUnavailableException($"Storage takes no append to partition {partition} now."));
        }
    }

    private void Answer(PendingAppend append, AppendOutcome outcome)
    {
        if (outcome is AppendOutcome.Appended)
        {
            context.Meters.BatchesRepeated.Add(1);
            context.Meters.AppendDuration.Record(context.Time.GetElapsedTime(append.ArrivedAt).TotalSeconds);
        }

        append.Complete(outcome);
    }

    // What is decided no longer counts against the bounds.
    private void ReleaseDecided()
    {
        var bytes = 0L;
        foreach (var append in _waiting)
        {
            bytes += append.IsDecided ? append.Request.Length : 0;
        }

        if (_waiting.RemoveAll(static append => append.IsDecided) > 0)
        {
            queue.Release(bytes);
        }
    }
}
