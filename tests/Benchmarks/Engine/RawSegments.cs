using System.Buffers;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Engine;

/// <summary>A store driven past the engine: what the engine is measured against. A blob for each partition.</summary>
/// <param name="store">The store.</param>
/// <param name="blobs">How many blobs.</param>
/// <param name="blocks">Blocks of each.</param>
/// <param name="blockBytes">The size of a block.</param>
internal sealed class RawSegments(ISegmentStore store, int blobs, int blocks, int blockBytes)
{
    /// <summary>Creates the blobs.</summary>
    public async Task CreateAsync()
    {
        for (var blob = 0; blob < blobs; blob++)
        {
            await store.CreateAsync(Name(blob), CancellationToken.None);
        }
    }

    /// <summary>Appends all blocks, one in flight for each blob, as a log does.</summary>
    public Task ProduceAsync()
    {
        var block = new ReadOnlySequence<byte>(new byte[blockBytes]);
        return Task.WhenAll(Enumerable.Range(0, blobs).Select(async blob =>
        {
            for (var number = 0; number < blocks; number++)
            {
                var outcome = await store.AppendAsync(
                    Name(blob), (long)number * blockBytes, block, CancellationToken.None);
                if (outcome != SegmentAppend.Appended)
                {
                    throw new InvalidOperationException($"The raw store answered an append with {outcome}.");
                }
            }
        }));
    }

    /// <summary>Reads all blocks.</summary>
    /// <param name="inFlight">Reads of one blob at the same time.</param>
    /// <param name="keeps">Whether each block gets memory of its own and stays there to the end, as in the engine's
    /// cache; else a few buffers are read into again and again.</param>
    public Task FetchAsync(int inFlight, bool keeps) => Task.WhenAll(Enumerable.Range(0, blobs).Select(blob =>
    {
        var buffers = new byte[keeps ? blocks : inFlight][];

        // The window waits for the oldest read, so a buffer's last reader has ended when its turn comes again.
        return Window.RunAsync(blocks, inFlight, number => ReadAsync(
            blob,
            (long)number * blockBytes,
            buffers[number % buffers.Length] ??= GC.AllocateUninitializedArray<byte>(blockBytes)));
    }));

    private async ValueTask ReadAsync(int blob, long position, byte[] buffer)
    {
        var read = await store.ReadAsync(Name(blob), position, buffer, CancellationToken.None);
        if (read.Count != buffer.Length)
        {
            throw new InvalidOperationException($"The raw store answered a read with {read}.");
        }
    }

    private static SegmentName Name(int blob) => new($"raw/{blob}");
}
