namespace Serverless.Functions.Api.Quotas;

/// <summary>The body of a request, whose bytes are counted as they are read: as they came, still encoded.</summary>
/// <param name="body">The body; stays the server's.</param>
/// <param name="use">Counts.</param>
internal sealed class MeasuredBody(Stream body, QuotaUse use) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        if (count > 0 && use.IsPaced)
        {
            // Here and not before the read, so that the end of a body is not waited for.
            await use.PayAsync(cancellationToken);
        }

        use.Charge(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
