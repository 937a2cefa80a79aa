namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>
/// The memory of the maps of one keeper, one after the other: two of them at once, one of which nobody asks any more,
/// would be twice what a node may spend. Not safe for concurrent use.
/// </summary>
internal sealed class KeyMapMemory
{
    /// <summary>Places in each array but the last one: 5 MiB.</summary>
    public const int ChunkSlots = 1 << ChunkBits;

    /// <summary>The binary logarithm of <see cref="ChunkSlots"/>.</summary>
    public const int ChunkBits = 18;

    private readonly List<KeyMap.Slot[]> _chunks = [];

    /// <summary>Free places for the next map; the one before counts no more.</summary>
    /// <param name="slots">How many; the last array may have more.</param>
    public KeyMap.Slot[][] Take(int slots)
    {
        var chunks = new KeyMap.Slot[(slots + ChunkSlots - 1) >> ChunkBits][];
        for (var place = 0; place < chunks.Length; place++)
        {
            chunks[place] = Take(place, Math.Min(ChunkSlots, slots - (place << ChunkBits)));
        }

        return chunks;
    }

    /// <summary>Gives all of it back; the next map takes memory anew.</summary>
    public void Release() => _chunks.Clear();

    private KeyMap.Slot[] Take(int place, int slots)
    {
        if (place < _chunks.Count && _chunks[place].Length >= slots)
        {
            Array.Clear(_chunks[place], 0, slots);
            return _chunks[place];
        }

        // Among pinned objects: where large arrays are, the collector would take the size of these for the measure of
        // how much garbage of other large arrays it lets grow.
        var chunk = GC.AllocateArray<KeyMap.Slot>(slots, pinned: true);
        if (place < _chunks.Count)
        {
            _chunks[place] = chunk;
        }
        else
        {
            _chunks.Add(chunk);
        }

        return chunk;
    }
}
