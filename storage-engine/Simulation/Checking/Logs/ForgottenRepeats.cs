using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>
/// What a log stored again because it had forgotten the first time, and where producers that it had forgotten began
/// anew: all that a producer may rightly see of its repeats beyond what a log remembers. Folded from the log's batches.
/// </summary>
internal sealed class ForgottenRepeats
{
    private readonly Dictionary<long, (StoredOrdinal Ordinal, long Offset)> _last = [];
    private readonly Dictionary<long, (short Epoch, int Sequence)> _next = [];
    private readonly HashSet<long> _begunAnew = [];
    private readonly HashSet<(long ProducerId, short Epoch, int Sequence)> _expected = [];

    /// <summary>The offsets of records that are there already, with the same sequence or ordinal, and that the log did
    /// not remember any more.</summary>
    public HashSet<long> Offsets { get; } = [];

    /// <summary>Whether a log without memory of where a producer was can have expected a sequence of it.</summary>
    /// <param name="producerId">The producer.</param>
    /// <param name="epoch">The epoch of a batch that was refused.</param>
    /// <param name="sequence">The sequence that was expected.</param>
    public bool CanExpect(long producerId, short epoch, int sequence) =>
        _expected.Contains((producerId, epoch, sequence))
        || (sequence == 0 && _expected.Any(one => one.ProducerId == producerId && one.Epoch < epoch));

    /// <summary>Folds a batch, in front of which the log remembers something.</summary>
    public void Add(StoredBatch batch, AppendMemory memory)
    {
        if (batch.RequestNonce == 0 && batch.ProducerId < 0)
        {
            return;
        }

        for (var place = 0; place < batch.Records.Length; place++)
        {
            var (value, offset) = (batch.Records[place].Value, batch.BaseOffset + place);
            var ordinal = new StoredOrdinal(
                batch.RequestNonce, batch.ProducerId, batch.ProducerEpoch, After(batch.BaseSequence, place));
            if (_last.TryGetValue(value, out var before)
                && before.Ordinal == ordinal
                && !memory.Holds(batch, before.Offset))
            {
                Offsets.Add(offset);
            }

            _last[value] = (ordinal, offset);
        }

        if (batch.RequestNonce == 0)
        {
            AddSequence(batch, memory);
        }
    }

    private void AddSequence(StoredBatch batch, AppendMemory memory)
    {
        if (_next.TryGetValue(batch.ProducerId, out var next)
            && memory.NextOf(batch.ProducerId) is null
            && next != (batch.ProducerEpoch, batch.BaseSequence))
        {
            _begunAnew.Add(batch.ProducerId);
        }

        next = (batch.ProducerEpoch, After(batch.BaseSequence, batch.Records.Length));
        _next[batch.ProducerId] = next;
        if (_begunAnew.Contains(batch.ProducerId))
        {
            _expected.Add((batch.ProducerId, next.Epoch, next.Sequence));
        }
    }

    private static int After(int sequence, int count) => unchecked(sequence + count) & int.MaxValue;

    /// <summary>By what a log tells one record of a producer or of a request from its others.</summary>
    private readonly record struct StoredOrdinal(UInt128 Request, long ProducerId, short Epoch, int Number);
}
