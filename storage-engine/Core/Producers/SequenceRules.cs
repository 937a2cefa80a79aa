using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Producers;

/// <summary>
/// Whether a batch of an idempotent producer is new, a repeat, or out of order: Kafka's rules (KIP-98, KIP-360). Pure.
/// </summary>
/// <remarks>
/// One rule is wider than Kafka's: a batch is a repeat also when its records are those of other batches, as long as all
/// of them are remembered. Clients that cut their batches anew before a retry are then safe too.
/// </remarks>
internal static class SequenceRules
{
    /// <summary>Judges a batch.</summary>
    /// <param name="states">What the partition remembers.</param>
    /// <param name="batch">A batch with a producer id.</param>
    /// <param name="time">The log's time.</param>
    public static SequenceVerdict Judge(ProducerStates states, RecordBatch batch, long time)
    {
        if (states.Find(batch.ProducerId, time) is not { } known)
        {
            var wait = states.WaitForRoomMs(batch.ProducerId, time);
            return wait > 0 ? new SequenceVerdict.TooManyProducers(wait) : SequenceVerdict.Next.Instance;
        }

        if (batch.ProducerEpoch < known.Epoch)
        {
            return new SequenceVerdict.StaleEpoch(known.Epoch);
        }

        if (batch.ProducerEpoch > known.Epoch)
        {
            // A producer raises its own epoch after an error, without asking anyone, and begins anew (KIP-360). One
            // with a name must not: its next life would be given the epoch that it took, and pass for a repeat of it.
            return batch.BaseSequence == 0
                ? SequenceVerdict.Next.Instance
                : new SequenceVerdict.OutOfOrder(0) { IsNewEpoch = true };
        }

        var place = SequenceNumber.Distance(known.FirstSequence, batch.BaseSequence);
        var end = known.RecordCount;
        return place < end ? JudgeRepeat(known, place, batch.RecordCount)
            : place == end ? SequenceVerdict.Next.Instance
            : new SequenceVerdict.OutOfOrder(known.NextSequence);
    }

    // Records of neighbouring batches have one answer only if they lie one behind the other, with one append time.
    private static SequenceVerdict JudgeRepeat(ProducerState known, int place, int count)
    {
        var batches = known.Batches;
        var index = 0;
        while (place >= batches[index].RecordCount)
        {
            place -= batches[index++].RecordCount;
        }

        var (first, together) = (batches[index], batches[index].RecordCount - place);
        var baseOffset = first.BaseOffset + place;
        while (together < count
            && ++index < batches.Length
            && batches[index].BaseOffset == baseOffset + together
            && batches[index].AppendTime == first.AppendTime)
        {
            together += batches[index].RecordCount;
        }

        return together < count
            ? new SequenceVerdict.Split(together)
            : new SequenceVerdict.Duplicate(baseOffset, first.AppendTime);
    }
}
