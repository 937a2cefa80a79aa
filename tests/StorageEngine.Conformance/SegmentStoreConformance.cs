using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// The hook and the words of the suites that state the promises of <see cref="ISegmentStore"/>. An adapter derives one
/// sealed class from each suite and gives its store; the store may be shared by all tests and hold other segments.
/// </summary>
public abstract class SegmentStoreConformance
{
    /// <summary>The adapter under test.</summary>
    protected abstract ISegmentStore Store { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What all names begin with.</summary>
    protected virtual string Prefix => "conformance/";

    /// <summary>A name nobody used before, so that tests may share one store.</summary>
    protected SegmentName NewName() => new($"{Prefix}{Guid.NewGuid():n}");

    protected async Task<SegmentName> NewSegmentAsync()
    {
        var segment = NewName();
        Assert.True(await Store.CreateAsync(segment, Token));
        return segment;
    }

    protected async Task<SegmentName> NewSegmentAsync(params byte[][] blocks)
    {
        var segment = await NewSegmentAsync();
        var position = 0L;
        foreach (var block in blocks)
        {
            Assert.Equal(SegmentAppend.Appended, await AppendAsync(segment, position, block));
            position += block.Length;
        }

        return segment;
    }

    protected Task<SegmentAppend> AppendAsync(SegmentName segment, long position, byte[] block) =>
        Store.AppendAsync(segment, position, new ReadOnlySequence<byte>(block), Token).AsTask();

    /// <summary>
    /// Reads with room for <paramref name="room"/> bytes and gives what was read; the segment must exist.
    /// </summary>
    protected async Task<byte[]> ReadAsync(SegmentName segment, long position, int room)
    {
        var destination = new byte[room];
        var read = await Store.ReadAsync(segment, position, destination, Token);
        Assert.True(read.Exists);
        return destination[..read.Count];
    }

    /// <summary>The names with a prefix, in the order of the listing.</summary>
    protected async Task<List<SegmentName>> ListAsync(string prefix)
    {
        var names = new List<SegmentName>();
        await foreach (var name in Store.ListAsync(prefix, Token))
        {
            names.Add(name);
        }

        return names;
    }

    /// <summary>
    /// Bytes that differ from place to place and from <paramref name="seed"/> to seed, so that a swap shows.
    /// </summary>
    protected static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
