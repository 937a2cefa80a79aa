using System.Collections.Immutable;

namespace Serverless.StorageEngine.Producers;

/// <summary>
/// What a partition remembers of its idempotent producers, at most <see cref="ProducerLimits.ProducersMax"/>.
/// Immutable; follows from the blocks alone, so that every node that folds the same blocks remembers the same.
/// </summary>
internal sealed class ProducerStates : IEquatable<ProducerStates>
{
    private readonly ImmutableSortedDictionary<long, ProducerState> _states;

    private ProducerStates(ImmutableSortedDictionary<long, ProducerState> states, ProducerLimits limits) =>
        (_states, Limits) = (states, limits);

    /// <summary>No producers.</summary>
    public static ProducerStates Empty { get; } =
        new(ImmutableSortedDictionary<long, ProducerState>.Empty, ProducerLimits.Default);

    /// <summary>How much is remembered, and for how long; not part of what is compared.</summary>
    public ProducerLimits Limits { get; }

    /// <summary>How many producers are remembered, expired ones included.</summary>
    public int Count => _states.Count;

    /// <summary>All of them in the order of their ids.</summary>
    public IEnumerable<KeyValuePair<long, ProducerState>> All => _states;

    /// <summary>The states that <see cref="All"/> of some others gave.</summary>
    public static ProducerStates Of(IEnumerable<KeyValuePair<long, ProducerState>> states) =>
        new(ImmutableSortedDictionary.CreateRange(states), ProducerLimits.Default);

    /// <summary>The same states, from here on under other limits.</summary>
    public ProducerStates Under(ProducerLimits limits) => new(_states, limits);

    /// <summary>What is known of a producer; null when it never appended here, or too long ago.</summary>
    /// <param name="producerId">Not negative.</param>
    /// <param name="time">The log's time.</param>
    public ProducerState? Find(long producerId, long time) =>
        _states.TryGetValue(producerId, out var known) && !Limits.IsExpired(known.LastTime, time)
            ? known
            : null;

    /// <summary>How long a producer that is not known has to wait until there is room for it, in milliseconds; 0 when
    /// there is.</summary>
    /// <param name="producerId">The new producer.</param>
    /// <param name="time">The log's time.</param>
    public long WaitForRoomMs(long producerId, long time) =>
        _states.Count < Limits.ProducersMax || _states.ContainsKey(producerId)
            ? 0
            : Math.Max(0, Limits.IdleMsMin - (time - IdleLongest().Value.LastTime));

    /// <summary>
    /// The states behind a batch that is in the log. It is taken at its word: what was judged before it was stored is
    /// known to continue the last one, and what a version stored that did not judge is a beginning.
    /// </summary>
    /// <param name="producerId">Its producer.</param>
    /// <param name="epoch">Its producer's epoch.</param>
    /// <param name="baseSequence">The sequence number of its first record.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="time">The log's time, the block of the batch included.</param>
    public ProducerStates With(long producerId, short epoch, int baseSequence, ProducerBatch batch, long time)
    {
        var known = Find(producerId, time);
        if (known is not null && epoch < known.Epoch)
        {
            return this;
        }

        var next = known is not null && epoch == known.Epoch && baseSequence == known.NextSequence
            ? known.With(batch, time, Limits.BatchesMax)
            : new ProducerState(epoch, baseSequence, [batch], time);
        var room = _states.Count < Limits.ProducersMax || _states.ContainsKey(producerId)
            ? _states
            : _states.Remove(IdleLongest().Key);
        return new ProducerStates(room.SetItem(producerId, next), Limits);
    }

    /// <summary>The states without the expired ones. Costs a look at each.</summary>
    /// <param name="time">The log's time.</param>
    public ProducerStates WithoutExpired(long time)
    {
        var expired = _states
            .Where(state => Limits.IsExpired(state.Value.LastTime, time))
            .Select(static state => state.Key)
            .ToArray();
        return expired.Length == 0 ? this : new ProducerStates(_states.RemoveRange(expired), Limits);
    }

    /// <inheritdoc/>
    public bool Equals(ProducerStates? other) =>
        other is not null && (ReferenceEquals(_states, other._states) || _states.SequenceEqual(other._states));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ProducerStates);

    /// <inheritdoc/>
    public override int GetHashCode() => _states.Count;

    // Rare enough for a look at all: a batch of a new producer while there is no room. Offsets tell equal times apart.
    private KeyValuePair<long, ProducerState> IdleLongest() =>
        _states.MinBy(static state => (state.Value.LastTime, state.Value.Batches[^1].BaseOffset));
}
