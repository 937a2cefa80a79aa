using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Whether an append may happen, and how it is answered when not. Pure.</summary>
internal static class AppendRules
{
    /// <summary>Judges an append. Repeats come before every other condition: the answer to an append that is in the log
    /// already does not change any more.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="basis">The log by which to judge.</param>
    /// <param name="logStartOffset">The first offset that can be read, for the answer.</param>
    /// <returns>Null when it may happen; else its answer.</returns>
    public static AppendOutcome? Judge(AppendRequest request, AppendBasis basis, long logStartOffset) =>
        request.Batch is { } batch
            ? JudgeSequence(batch, request.Conditions, basis, logStartOffset) ?? JudgeConditions(request, basis)
            : JudgeFence(request, basis);

    /// <summary>Judges the keys of a batch: a compacted topic takes none without.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="compression">The codecs, for a batch that nobody has looked into.</param>
    /// <returns>Null when the batch may be appended.</returns>
    public static AppendOutcome.InvalidRecord? JudgeKeys(
        Topic topic, int partition, RecordBatch batch, ICompression compression)
    {
        try
        {
            return topic.Config.Compacts && RecordBatchReader.FindKeyless(batch, compression) is >= 0 and var index
                ? new AppendOutcome.InvalidRecord(
                    index,
                    "Compacted topic cannot accept message without key in topic partition "
                    + $"{topic.Name}-{partition}.")
                : null;
        }
        catch (InvalidDataException exception)
        {
            return new AppendOutcome.InvalidRecord(null, $"The records cannot be read: {exception.Message}");
        }
    }

    private static AppendOutcome? JudgeSequence(
        RecordBatch batch, AppendConditions conditions, AppendBasis basis, long logStartOffset)
    {
        var verdict = batch.ProducerId >= 0
            ? SequenceRules.Judge(basis.History.Producers, batch, basis.Time)
            : conditions.Request is { } key
                ? basis.History.Requests.Judge(key.Request, key.FirstOrdinal, batch.RecordCount, basis.Time)
                : SequenceVerdict.Next.Instance;
        return verdict switch
        {
            SequenceVerdict.Duplicate known => new AppendOutcome.Appended(
                known.BaseOffset,
                known.AppendTime == SequenceVerdict.NoAppendTime ? null : known.AppendTime,
                logStartOffset,
                Duplicate: true),
            SequenceVerdict.Split split => new AppendOutcome.MustSplit(split.Count),
            SequenceVerdict.Reused => new AppendOutcome.RequestKeyReused(),
            SequenceVerdict.OutOfOrder gap =>
                new AppendOutcome.OutOfOrderSequence(gap.Expected, batch.BaseSequence) { IsNewEpoch = gap.IsNewEpoch },
            SequenceVerdict.StaleEpoch stale =>
                new AppendOutcome.InvalidProducerEpoch(stale.Current, batch.ProducerEpoch),
            SequenceVerdict.TooManyProducers full => TooMany(full, basis.History.Producers.Limits),
            _ => null,
        };
    }

    private static AppendOutcome.TooManyProducers TooMany(
        SequenceVerdict.TooManyProducers full, ProducerLimits limits) => new(
            TimeSpan.FromMilliseconds(full.WaitMs),
            limits.ProducersMax,
            TimeSpan.FromMilliseconds(limits.IdleMsMin));

    private static AppendOutcome? JudgeConditions(AppendRequest request, AppendBasis basis)
    {
        var (conditions, token) = (request.Conditions, basis.History.FencingToken);
        if (conditions.FencingToken is { } wanted && wanted != token)
        {
            return new AppendOutcome.FencingTokenMismatch(token);
        }

        return conditions.NextOffset is { } offset && offset != basis.NextOffset
            ? new AppendOutcome.NextOffsetMismatch(basis.NextOffset)
            : null;
    }

    // A token that is there already need not be set: whoever asks again after a lost answer is told that it is. Only a
    // condition on the old token is then beyond checking; one on the offset still holds unless records came since.
    private static AppendOutcome? JudgeFence(AppendRequest request, AppendBasis basis)
    {
        if (request.NewFencingToken != basis.History.FencingToken)
        {
            return JudgeConditions(request, basis);
        }

        var offsetAlone = request with { Conditions = request.Conditions with { FencingToken = null } };
        return JudgeConditions(offsetAlone, basis) ?? new AppendOutcome.Fenced(basis.NextOffset);
    }
}
