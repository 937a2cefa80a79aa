using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>
/// Goes through the batches of producers that the log recognises: sequences are contiguous inside an epoch, epochs
/// never fall, each sequence and each ordinal of a request is stored once.
/// </summary>
internal static class SequenceCheck
{
    /// <summary>Checks one partition.</summary>
    public static void Check(LogScan scan, Findings findings)
    {
        var producers = new Dictionary<long, (short Epoch, int Next)>();
        var sequences = new HashSet<(long Producer, short Epoch, int Sequence)>();
        var ordinals = new HashSet<(UInt128 Request, int Ordinal)>();
        foreach (var batch in scan.Blocks.SelectMany(static block => block.Batches))
        {
            if (batch.RequestNonce != 0)
            {
                for (var delta = 0; delta < batch.Records.Length; delta++)
                {
                    if (!ordinals.Add((batch.RequestNonce, batch.BaseSequence + delta)))
                    {
                        findings.Add(
                            AnomalyKind.StoredTwice,
                            scan.Id,
                            $"ordinal {batch.BaseSequence + delta} of request {batch.RequestNonce:x32} again at "
                            + $"{batch.BaseOffset + delta}");
                    }
                }
            }
            else if (batch.ProducerId >= 0)
            {
                CheckOrder(scan, batch, producers, findings);
                CheckOnce(scan, batch, sequences, findings);
            }
        }
    }

    private static void CheckOrder(
        LogScan scan, StoredBatch batch, Dictionary<long, (short Epoch, int Next)> producers, Findings findings)
    {
        if (producers.TryGetValue(batch.ProducerId, out var known))
        {
            var next = batch.ProducerEpoch > known.Epoch ? 0 : known.Next;
            if (batch.ProducerEpoch < known.Epoch || batch.BaseSequence != next)
            {
                findings.Add(
                    AnomalyKind.BrokenSequence,
                    scan.Id,
                    $"producer {batch.ProducerId} goes on from epoch {known.Epoch}, sequence {known.Next} with "
                    + $"{batch.ProducerEpoch}, {batch.BaseSequence} at offset {batch.BaseOffset}");
            }
        }

        producers[batch.ProducerId] = (
            Math.Max(batch.ProducerEpoch, known.Epoch),
            unchecked(batch.BaseSequence + batch.Records.Length) & int.MaxValue);
    }

    private static void CheckOnce(
        LogScan scan,
        StoredBatch batch,
        HashSet<(long Producer, short Epoch, int Sequence)> sequences,
        Findings findings)
    {
        for (var delta = 0; delta < batch.Records.Length; delta++)
        {
            var sequence = unchecked(batch.BaseSequence + delta) & int.MaxValue;
            if (!sequences.Add((batch.ProducerId, batch.ProducerEpoch, sequence)))
            {
                findings.Add(
                    AnomalyKind.StoredTwice,
                    scan.Id,
                    $"sequence {sequence} of producer {batch.ProducerId}, epoch {batch.ProducerEpoch} again at "
                    + $"{batch.BaseOffset + delta}");
            }
        }
    }
}
