using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Writes sealed segments anew, as one segment: the same records with the same offsets, timestamps, keys,
/// values and headers, or those of them that a selection keeps.
/// </summary>
/// <remarks>
/// <para>
/// Nobody sees the copy before it is whole, and no row names it before the caller writes one: a crash anywhere leaves
/// bytes that nothing reads. The sources are only read.
/// </para>
/// <para>
/// A batch of which nothing changes is kept byte for byte. Small neighbours become one batch, and batches are
/// compressed where that pays. Memory holds one read, one block, one part, and one batch as it is put together,
/// whatever the segments' size; beside them one batch restored: at most <see cref="BatchMerge.BytesMax"/>, and only a
/// selection, which must see each record, may restore up to <see cref="RecordBatchReader.DecompressedBytesMax"/>.
/// One copy at a time.
/// </para>
/// </remarks>
/// <param name="segments">Where the segments lie.</param>
/// <param name="compression">The codecs.</param>
/// <param name="memory">What all copies of a node are made in, one after the other.</param>
/// <param name="node">Who writes.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
/// <param name="pulse">Is told of each read of a copy; null for nobody.</param>
internal sealed class CopyWriter(
    ISegmentStore segments,
    ICompression compression,
    CopyMemory memory,
    NodeIdentity node,
    TimeProvider time,
    Random random,
    StepPulse? pulse = null)
{
    private readonly SegmentScan _scan = new(segments, memory, time, random, pulse);

    /// <summary>Writes a copy.</summary>
    /// <param name="job">What is copied, and to where.</param>
    /// <param name="selection">Which records are kept; null for all.</param>
    /// <param name="cancellationToken">Abandons the copy; its name must not be used again.</param>
    /// <returns>The copy, which exists from now on. It has no records when the selection kept none.</returns>
    /// <exception cref="StorageUnavailableException">Storage refused each of several attempts, or a source is
    /// gone.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same, and the copy may exist.</exception>
    /// <exception cref="CorruptDataException">A source is not what its row says.</exception>
    public async ValueTask<CopiedSegment> WriteAsync(
        CopyJob job, RecordSelection? selection, CancellationToken cancellationToken)
    {
        job.Check();
        var parts = new CopyParts(segments, job.Target, memory, time, random);
        var blocks = new CopyBlocks(job, parts, memory, node, time, random);
        var records = new CopiedRecords(compression, job.Compression, selection, blocks, memory);
        foreach (var source in job.Sources)
        {
            var all = _scan.PassAsync(job.Partition.Log, source, source.BaseOffset, cancellationToken);
            await foreach (var block in all)
            {
                foreach (var batch in block.Batches)
                {
                    await records.AddAsync(batch, cancellationToken);
                }
            }
        }

        await records.EndAsync(cancellationToken);
        var tombstones = selection is null
            ? job.Sources.Sum(static source => source.Tombstones)
            : records.Tombstones;
        var copied = await blocks.EndAsync(tombstones, cancellationToken);
        return copied with { BatchesKeptWhole = records.BatchesKeptWhole };
    }
}
