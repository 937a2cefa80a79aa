using System.Buffers;
using System.Collections.Immutable;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The bytes of a sparse index in a body section: interval, entry count, 24 bytes an entry.</summary>
internal static class SparseIndexFormat
{
    /// <summary>Writes an index.</summary>
    public static void Write(ArrayBufferWriter<byte> target, SparseIndex index)
    {
        SectionBytes.WriteInt64(target, index.IntervalBytes);
        SectionBytes.WriteInt64(target, index.Entries.Length);
        foreach (var entry in index.Entries)
        {
            SectionBytes.WriteInt64(target, entry.Position);
            SectionBytes.WriteInt64(target, entry.BaseOffset);
            SectionBytes.WriteInt64(target, entry.MaxTimestampBefore);
        }
    }

    /// <summary>Reads an index and moves behind it.</summary>
    /// <exception cref="ArgumentException">The bytes end too early, or state what cannot be.</exception>
    public static SparseIndex Read(ref ReadOnlySpan<byte> source)
    {
        var interval = SectionBytes.ReadInt64(ref source);
        var count = SectionBytes.ReadInt64(ref source);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SparseIndex.EntriesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var entries = ImmutableArray.CreateBuilder<IndexEntry>((int)count);
        while (entries.Count < count)
        {
            entries.Add(new IndexEntry(
                SectionBytes.ReadInt64(ref source),
                SectionBytes.ReadInt64(ref source),
                SectionBytes.ReadInt64(ref source)));
        }

        return new SparseIndex(interval, entries.DrainToImmutable());
    }
}
