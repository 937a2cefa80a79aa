using System.Buffers;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Engine;

/// <summary>The embedded store driven past the engine: what the engine is measured against.</summary>
internal sealed class RawStore : IAsyncDisposable
{
    private static readonly SegmentName Segment = new("raw");

    private readonly ScratchFolder _folder;
    private readonly EmbeddedDatabase _database;
    private readonly EmbeddedSegmentStore _segments;

    private RawStore(string parent)
    {
        _folder = new ScratchFolder(parent);
        _database = new EmbeddedDatabase(_folder.Path, TimeProvider.System);
        _segments = new EmbeddedSegmentStore(_database);
    }

    /// <summary>A store with one empty segment.</summary>
    public static async Task<RawStore> CreateAsync(string parent)
    {
        var store = new RawStore(parent);
        await store._segments.CreateAsync(Segment, CancellationToken.None);
        return store;
    }

    /// <summary>Appends each batch's bytes as one block.</summary>
    public Task ProduceAsync(IReadOnlyList<RecordBatch> batches, int inFlight)
    {
        var end = 0L;
        return Window.RunAsync(batches.Count, inFlight, number =>
        {
            var position = end;
            end += batches[number].Length;
            return AppendAsync(position, batches[number].Bytes);
        });
    }

    /// <summary>Reads blocks of the given size, each into a buffer that was there before.</summary>
    public Task FetchAsync(int count, int blockBytes, int inFlight)
    {
        var buffers = new byte[inFlight][];
        for (var place = 0; place < inFlight; place++)
        {
            buffers[place] = new byte[blockBytes];
        }

        // The window waits for the oldest request, so a buffer's last reader has ended when its turn comes again.
        return Window.RunAsync(
            count, inFlight, number => ReadAsync((long)number * blockBytes, buffers[number % inFlight]));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async ValueTask AppendAsync(long position, ReadOnlyMemory<byte> block)
    {
        var outcome = await _segments.AppendAsync(
            Segment, position, new ReadOnlySequence<byte>(block), CancellationToken.None);
        if (outcome != SegmentAppend.Appended)
        {
            throw new InvalidOperationException($"The raw store answered an append with {outcome}.");
        }
    }

    private async ValueTask ReadAsync(long position, byte[] buffer)
    {
        var read = await _segments.ReadAsync(Segment, position, buffer, CancellationToken.None);
        if (read.Count != buffer.Length)
        {
            throw new InvalidOperationException($"The raw store answered a read with {read}.");
        }
    }
}
