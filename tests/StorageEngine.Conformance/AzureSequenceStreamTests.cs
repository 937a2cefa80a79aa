using System.Buffers;
using Serverless.StorageEngine.Azure.Blobs;

namespace Serverless.StorageEngine.Conformance;

public sealed class AzureSequenceStreamTests : IDisposable
{
    private readonly SequenceStream _stream = new(new ReadOnlySequence<byte>([1, 2, 3, 4, 5]));

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void It_is_read_in_any_portions_and_from_any_place()
    {
        var buffer = new byte[3];

        Assert.Equal(3, _stream.Read(buffer));
        Assert.Equal([1, 2, 3], buffer);
        Assert.Equal(3, _stream.Position);
        Assert.Equal(2, _stream.Read(buffer));
        Assert.Equal(0, _stream.Read(buffer));

        _stream.Position = 4;
        Assert.Equal(5, _stream.ReadByte());
        Assert.Equal(2, _stream.Seek(-3, SeekOrigin.End));
        Assert.Equal(3, _stream.ReadByte());
        Assert.Equal(5, _stream.Length);
    }

    [Fact]
    public async Task Once_disposed_it_never_touches_the_block_again()
    {
        await _stream.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => _stream.Read(new byte[1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => _stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => _stream.Seek(0, SeekOrigin.Begin));
    }
}
