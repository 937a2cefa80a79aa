using System.Buffers;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Flights;

/// <summary>The embedded store with one segment for each partition, written past the engine.</summary>
internal sealed class RawSegments : IAsyncDisposable
{
    private readonly ScratchFolder _folder;
    private readonly EmbeddedDatabase _database;
    private readonly EmbeddedSegmentStore _segments;
    private readonly SegmentName[] _names;

    private RawSegments(string parent, int count)
    {
        _folder = new ScratchFolder(parent);
        _database = new EmbeddedDatabase(_folder.Path, TimeProvider.System);
        _segments = new EmbeddedSegmentStore(_database);
        _names = [.. Enumerable.Range(0, count).Select(static number => new SegmentName($"raw-{number}"))];
    }

    /// <summary>A store with <paramref name="count"/> empty segments.</summary>
    public static async Task<RawSegments> CreateAsync(string parent, int count)
    {
        var raw = new RawSegments(parent, count);
        foreach (var name in raw._names)
        {
            await raw._segments.CreateAsync(name, CancellationToken.None);
        }

        return raw;
    }

    /// <summary>Writes the bytes in equal blocks, to the segments in turn, one append in flight for each.</summary>
    public Task WriteAsync(byte[] bytes, int appends)
    {
        var blocks = new List<ReadOnlyMemory<byte>>[_names.Length];
        for (var place = 0; place < blocks.Length; place++)
        {
            blocks[place] = [];
        }

        for (var append = 0; append < appends; append++)
        {
            var (from, to) = ((long)bytes.Length * append / appends, (long)bytes.Length * (append + 1) / appends);
            blocks[append % blocks.Length].Add(bytes.AsMemory((int)from, (int)(to - from)));
        }

        return Task.WhenAll(_names.Zip(blocks, WriteAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task WriteAsync(SegmentName name, List<ReadOnlyMemory<byte>> blocks)
    {
        var position = 0L;
        foreach (var block in blocks)
        {
            var outcome = await _segments.AppendAsync(
                name, position, new ReadOnlySequence<byte>(block), CancellationToken.None);
            if (outcome != SegmentAppend.Appended)
            {
                throw new InvalidOperationException($"The raw store answered an append with {outcome}.");
            }

            position += block.Length;
        }
    }
}
