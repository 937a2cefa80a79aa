using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>The largest offset of each key in a range of a log, in bounded memory.</summary>
/// <remarks>
/// A key is known by 128 bits of its SHA-256: whoever can choose keys cannot make two of them meet, and it takes the same
/// room however long it is. Open addressing; of memory that is new, what is not filled is never touched, so the system
/// gives none for it. Not safe for concurrent use.
/// </remarks>
internal sealed class KeyMap
{
    /// <summary>What a node spends on one map: room for 11 million keys.</summary>
    public const long BytesDefault = 256L * 1024 * 1024;

    /// <summary>Bytes of one place in the table.</summary>
    public const int SlotBytes = 20;

    // Up to here a key that is not there is found missing after 23 places, about eight cache lines in a row.
    private const int LoadPercentMax = 85;

    private readonly Slot[][] _chunks;
    private readonly int _slots;
    private readonly long _baseOffset;

    private KeyMap(long baseOffset, int slots, KeyMapMemory memory)
    {
        (_baseOffset, _slots, _chunks) = (baseOffset, slots, memory.Take(slots));
        CountMax = (int)((long)slots * LoadPercentMax / 100);
    }

    /// <summary>The number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>The most keys that fit.</summary>
    public int CountMax { get; }

    /// <summary>A map that holds all keys of a range, or as many as the bytes allow.</summary>
    /// <param name="baseOffset">The first offset of the range.</param>
    /// <param name="recordsMax">How many records the range has at most.</param>
    /// <param name="bytesMax">The most bytes of the table; at least room for one key.</param>
    /// <param name="memory">Where it gets them; the map before counts no more.</param>
    public static KeyMap For(long baseOffset, long recordsMax, long bytesMax, KeyMapMemory memory)
    {
        Invariant.Holds(baseOffset >= 0 && recordsMax >= 0 && bytesMax >= 2 * SlotBytes);
        var slotsMax = Math.Min(bytesMax / SlotBytes, Array.MaxLength);
        var wanted = recordsMax >= slotsMax ? slotsMax : (recordsMax * 100 / LoadPercentMax) + 2;
        return new KeyMap(baseOffset, (int)Math.Min(wanted, slotsMax), memory);
    }

    /// <summary>Takes note of a record.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="offset">The record's offset, not before the range.</param>
    /// <param name="outdated">The offset of the earlier of two records with this key; -1 when it is the first
    /// one.</param>
    /// <returns>False, and nothing is noted, when there is no room for another key or so far an offset.</returns>
    public bool TryPut(ReadOnlySpan<byte> key, long offset, out long outdated)
    {
        Invariant.Holds(offset >= _baseOffset);
        outdated = -1;
        var distance = offset - _baseOffset + 1;
        ref var slot = ref Find(key, out var high, out var low);
        if (distance > uint.MaxValue || (slot.Distance == 0 && Count == CountMax))
        {
            return false;
        }

        if (slot.Distance == 0)
        {
            slot = new Slot { High = high, Low = low, Distance = (uint)distance };
            Count++;
            return true;
        }

        outdated = _baseOffset + Math.Min(slot.Distance, distance) - 1;
        slot.Distance = (uint)Math.Max(slot.Distance, distance);
        return true;
    }

    /// <summary>The largest offset of a key; -1 when the range has no record with it.</summary>
    public long LastOffsetOf(ReadOnlySpan<byte> key)
    {
        ref var slot = ref Find(key, out _, out _);
        return slot.Distance == 0 ? -1 : _baseOffset + slot.Distance - 1;
    }

    // The key's place, or the free one where it belongs.
    private ref Slot Find(ReadOnlySpan<byte> key, out ulong high, out ulong low)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        high = BinaryPrimitives.ReadUInt64BigEndian(hash);
        low = BinaryPrimitives.ReadUInt64BigEndian(hash[sizeof(ulong)..]);

        var place = (int)Math.BigMul(high, (ulong)_slots, out _);
        while (true)
        {
            ref var slot = ref _chunks[place >> KeyMapMemory.ChunkBits][place & (KeyMapMemory.ChunkSlots - 1)];
            if (slot.Distance == 0 || (slot.High == high && slot.Low == low))
            {
                return ref slot;
            }

            place = place + 1 == _slots ? 0 : place + 1;
        }
    }

    /// <summary>A key's hash, and how far its last offset lies behind the one in front of the range; 0 where the place is
    /// free.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
    internal struct Slot
    {
        public ulong High;
        public ulong Low;
        public uint Distance;
    }
}
