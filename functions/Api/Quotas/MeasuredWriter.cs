using System.IO.Pipelines;

namespace Serverless.Functions.Api.Quotas;

/// <summary>Counts what is written when it is flushed.</summary>
/// <param name="writer">The server's.</param>
/// <param name="use">Counts.</param>
internal sealed class MeasuredWriter(PipeWriter writer, QuotaUse use) : PipeWriter
{
    private long _uncounted;

    public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => writer.UnflushedBytes;

    /// <summary>Counts what was written since the last time.</summary>
    public void Charge()
    {
        use.Charge(_uncounted);
        _uncounted = 0;
    }

    public override void Advance(int bytes)
    {
        writer.Advance(bytes);
        _uncounted += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Charge();
        return writer.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Charge();
        writer.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Charge();
        return writer.CompleteAsync(exception);
    }
}
