using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>
/// Whether a batch of a producer that the log recognises was rightly stored: sequences are contiguous inside an epoch,
/// epochs never fall, each sequence and each ordinal of a request is stored once, as long as the log remembers them.
/// </summary>
internal static class SequenceCheck
{
    /// <summary>Checks a batch against what the log remembers in front of it.</summary>
    public static void Check(StoredBlock block, StoredBatch batch, AppendMemory memory, Findings findings)
    {
        if (batch.RequestNonce != 0)
        {
            if (memory.StoredOrdinalOf(batch.RequestNonce, batch.BaseSequence, batch.Records.Length) is { } again)
            {
                var detail = $"ordinal {again} of request {batch.RequestNonce:x32} is stored again";
                findings.Add(AnomalyKind.StoredTwice, block, detail);
            }
        }
        else if (batch.ProducerId >= 0 && memory.NextOf(batch.ProducerId) is var (epoch, sequence))
        {
            var next = batch.ProducerEpoch > epoch ? 0 : sequence;
            if (batch.ProducerEpoch < epoch || batch.BaseSequence != next)
            {
                findings.Add(
                    AnomalyKind.BrokenSequence,
                    block,
                    $"producer {batch.ProducerId} goes on from epoch {epoch}, sequence {sequence} with "
                    + $"{batch.ProducerEpoch}, {batch.BaseSequence} at offset {batch.BaseOffset}");
            }
        }
    }
}
