using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>
/// What a log remembers of earlier appends, folded from its blocks: producers, keyed requests, the fencing token, and
/// the log's own time, by which all but the token is forgotten after a while.
/// </summary>
/// <param name="limits">How much, and for how long.</param>
internal sealed class AppendMemory(MemoryLimits limits)
{
    private readonly SortedDictionary<long, StoredProducer> _producers = [];

    // In the order of the log. Few runs live at the same time in a simulation, so a look at all is good enough.
    private readonly List<StoredRun> _runs = [];
    private long _time;

    /// <summary>The fencing token in force; empty for none.</summary>
    public string FencingToken { get; private set; } = "";

    /// <summary>What a checkpoint here must say.</summary>
    public StoredMemory Now() => new(_time, FencingToken, [.. _producers.Values], [.. _runs]);

    /// <summary>Takes over what a checkpoint says, where the blocks before it are gone.</summary>
    public void Adopt(StoredMemory? memory)
    {
        _producers.Clear();
        _runs.Clear();
        (_time, FencingToken) = (memory?.Time ?? 0, memory?.FencingToken ?? "");
        foreach (var producer in memory?.Producers ?? [])
        {
            _producers.Add(producer.Id, producer);
        }

        _runs.AddRange(memory?.Runs ?? []);
    }

    /// <summary>The epoch and sequence with which a producer goes on; null when it is not remembered.</summary>
    public (short Epoch, int Sequence)? NextOf(long producerId) =>
        Find(producerId) is { } known ? (known.Epoch, NextSequence(known)) : null;

    /// <summary>The first of some ordinals of a request that is stored already; null when none is
    /// remembered.</summary>
    public int? StoredOrdinalOf(UInt128 request, int first, int count)
    {
        foreach (var run in _runs)
        {
            if (run.Request == request
                && _time - run.LastTime <= limits.ExpirationMs
                && run.FirstOrdinal < (long)first + count
                && first < (long)run.FirstOrdinal + run.RecordCount)
            {
                return Math.Max(first, run.FirstOrdinal);
            }
        }

        return null;
    }

    /// <summary>Whether the record at an offset is remembered as one of a batch's producer or request.</summary>
    public bool Holds(StoredBatch batch, long offset) => batch.RequestNonce != 0
        ? _runs.Exists(run =>
            run.Request == batch.RequestNonce
            && _time - run.LastTime <= limits.ExpirationMs
            && offset >= run.BaseOffset
            && offset < run.BaseOffset + run.RecordCount)
        : Find(batch.ProducerId) is { } known && known.Batches.Any(one =>
            offset >= one.BaseOffset && offset < one.BaseOffset + one.RecordCount);

    /// <summary>Folds what a block says of itself, in front of its batches.</summary>
    public void Begin(StoredBlock block)
    {
        if (block.State is not null && block.Memory is null)
        {
            // Written by a version that remembered nothing: who opens the log there knows nothing, so nobody may.
            Adopt(null);
        }

        _time = Math.Max(_time, block.WrittenAt);
        FencingToken = block.FencingToken ?? FencingToken;
    }

    /// <summary>Folds the next batch of a block.</summary>
    public void Add(StoredBatch batch)
    {
        var appendTime = batch.IsLogAppendTime ? batch.MaxTimestamp : -1;
        var (first, count) = (batch.BaseSequence, batch.Records.Length);
        if (batch.RequestNonce != 0)
        {
            AddRun(new StoredRun(batch.RequestNonce, first, count, batch.BaseOffset, appendTime, _time));
        }
        else if (batch.ProducerId >= 0)
        {
            AddBatch(batch, (count, batch.BaseOffset, appendTime));
        }
    }

    /// <summary>Folds the end of a block: what has expired goes with a checkpoint.</summary>
    public void End(StoredBlock block)
    {
        if (block.State is null)
        {
            return;
        }

        foreach (var expired in _producers.Values.Where(one => _time - one.LastTime > limits.ExpirationMs).ToList())
        {
            _producers.Remove(expired.Id);
        }

        _runs.RemoveAll(run => _time - run.LastTime > limits.ExpirationMs);
    }

    private void AddBatch(StoredBatch batch, (int RecordCount, long BaseOffset, long AppendTime) added)
    {
        var known = Find(batch.ProducerId);
        if (known is not null && batch.ProducerEpoch < known.Epoch)
        {
            return;
        }

        if (_producers.Count >= limits.ProducersMax && !_producers.ContainsKey(batch.ProducerId))
        {
            _producers.Remove(_producers.Values.MinBy(static one => (one.LastTime, one.Batches[^1].BaseOffset))!.Id);
        }

        var goesOn = known is not null && batch.ProducerEpoch == known.Epoch
            && batch.BaseSequence == NextSequence(known);
        var batches = goesOn ? known!.Batches.Add(added) : [added];
        var first = goesOn ? known!.FirstSequence : batch.BaseSequence;
        if (batches.Length > limits.BatchesMax)
        {
            first = unchecked(first + batches[0].RecordCount) & int.MaxValue;
            batches = batches.RemoveAt(0);
        }

        _producers[batch.ProducerId] = new StoredProducer(
            batch.ProducerId, batch.ProducerEpoch, _time, first, batches);
    }

    private void AddRun(StoredRun batch)
    {
        var before = _runs.FindIndex(run =>
            run.Request == batch.Request
            && (long)run.FirstOrdinal + run.RecordCount == batch.FirstOrdinal
            && run.BaseOffset + run.RecordCount == batch.BaseOffset
            && run.AppendTime == batch.AppendTime
            && _time - run.LastTime <= limits.ExpirationMs);
        if (before >= 0)
        {
            var run = _runs[before];
            _runs.RemoveAt(before);
            batch = run with { RecordCount = run.RecordCount + batch.RecordCount, LastTime = _time };
        }
        else
        {
            _runs.RemoveAll(run => run.Request == batch.Request && run.FirstOrdinal == batch.FirstOrdinal);
        }

        if (_runs.Count >= limits.RunsMax)
        {
            _runs.RemoveAt(0);
        }

        _runs.Add(batch);
    }

    private StoredProducer? Find(long producerId) =>
        _producers.TryGetValue(producerId, out var known) && _time - known.LastTime <= limits.ExpirationMs ? known : null;

    private static int NextSequence(StoredProducer producer) =>
        unchecked(producer.FirstSequence + producer.Batches.Sum(static batch => batch.RecordCount)) & int.MaxValue;
}
