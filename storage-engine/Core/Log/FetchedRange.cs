using System.Runtime.InteropServices;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log;

/// <summary>What a read of a range of offsets gave.</summary>
/// <param name="Batches">Whole batches in order.</param>
/// <param name="NextOffset">Where to go on: behind the last batch, or behind offsets that hold nothing any more.</param>
internal readonly record struct FetchedRange(IReadOnlyList<RecordBatch> Batches, long NextOffset)
{
    // Whoever counts an answer by its bytes is wrong by this at most.
    private const int HeldFactorMax = 8;

    /// <summary>
    /// A range for an answer that may be on its way for long: batches that are a small part of the memory that they lie
    /// in get memory of their own, so that the rest goes when the cache forgets it.
    /// </summary>
    /// <param name="batches">Whole batches in order; the range keeps the list.</param>
    /// <param name="nextOffset">Where to go on.</param>
    public static FetchedRange Of(List<RecordBatch> batches, long nextOffset)
    {
        for (var (begin, end) = (0, 0); begin < batches.Count; begin = end)
        {
            var (memory, bytes) = (MemoryOf(batches[begin]), 0L);
            for (; end < batches.Count && ReferenceEquals(MemoryOf(batches[end]), memory); end++)
            {
                bytes += batches[end].Length;
            }

            for (var place = begin; memory?.Length > HeldFactorMax * bytes && place < end; place++)
            {
                batches[place] = batches[place].Copy();
            }
        }

        return new FetchedRange(batches, nextOffset);
    }

    private static byte[]? MemoryOf(RecordBatch batch) =>
        MemoryMarshal.TryGetArray(batch.Bytes, out var memory) ? memory.Array : null;
}
