using System.Buffers;

namespace Serverless.StorageEngine.Azure.Blobs;

/// <summary>A block as the stream that the SDK sends, without a copy of the block.</summary>
/// <remarks>
/// A request that timed out or was answered early may still be on its way when the append has returned. The lender of
/// the block takes it back then, so after disposal no byte of it is read any more; the lock closes the last gap. For
/// the same reason the inherited CopyTo stays in use: it reads into a buffer of its own.
/// </remarks>
internal sealed class SequenceStream : Stream
{
    private readonly Lock _lock = new();
    private readonly ReadOnlySequence<byte> _block;
    private readonly long _length;
    private ReadOnlySequence<byte> _unread;
    private bool _returned;

    public SequenceStream(ReadOnlySequence<byte> block)
    {
        _block = _unread = block;
        _length = block.Length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get
        {
            lock (_lock)
            {
                return _length - _unread.Length;
            }
        }

        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_returned, this);
            var count = (int)Math.Min(buffer.Length, _unread.Length);
            _unread.Slice(0, count).CopyTo(buffer);
            _unread = _unread.Slice(count);
            return count;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_returned, this);
            var position = offset + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _length - _unread.Length,
                _ => _length,
            };
            _unread = _block.Slice(position);
            return position;
        }
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _returned = true;
        }

        base.Dispose(disposing);
    }
}
