namespace Serverless.StorageEngine.Queues;

/// <summary>
/// The writes of one change whose outcome is not known: what each would have done, if the row shows that it happened.
/// </summary>
/// <remarks>
/// All of them state the row's version, so at most one has happened, and none happens any more once the row has moved
/// on without it.
/// </remarks>
internal sealed class Attempts<T>
{
    private readonly Dictionary<long, Attempt<T>> _byStamp = [];
    private long _oldest;

    /// <summary>A write begins.</summary>
    /// <param name="stored">The row that it replaces.</param>
    /// <param name="stamp">The write's own number.</param>
    /// <param name="attempt">What it will have done.</param>
    public void Begin(StoredSharePartition stored, long stamp, Attempt<T> attempt)
    {
        _oldest = _byStamp.Count == 0 ? stored.Writes : _oldest;
        _byStamp.Add(stamp, attempt);
    }

    /// <summary>The outcome of a write is known.</summary>
    public void End(long stamp) => _byStamp.Remove(stamp);

    /// <summary>The write that a row shows to have happened; null when none has.</summary>
    /// <param name="stored">The row as it is now.</param>
    /// <returns>
    /// One that is not known when the row was written so often since that it remembers too little to tell.
    /// </returns>
    public Attempt<T>? Find(StoredSharePartition stored)
    {
        if (_byStamp.Count == 0 || stored.Writes == _oldest)
        {
            return null;
        }

        foreach (var stamp in stored.Stamps)
        {
            if (_byStamp.TryGetValue(stamp, out var attempt))
            {
                return attempt;
            }
        }

        if (stored.Writes - _oldest > StoredSharePartition.StampsMax)
        {
            return new Attempt<T>(IsKnown: false, default);
        }

        _byStamp.Clear();
        return null;
    }
}

/// <summary>What a change has done.</summary>
/// <param name="IsKnown">Whether it is known.</param>
/// <param name="Outcome">The outcome, when it is.</param>
internal sealed record Attempt<T>(bool IsKnown, T? Outcome);
