using System.Net;

namespace Serverless.OpenApi;

/// <summary>The body of an answer, which is told about once it was read or given up.</summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly Action<ReadOnlyMemory<byte>, bool> _tell;
    private readonly MemoryStream _seen = new();
    private int _told;

    /// <summary>Watches a body.</summary>
    /// <param name="inner">The body.</param>
    /// <param name="tell">Told once what was read of it, and whether that is all.</param>
    public WatchedContent(HttpContent inner, Action<ReadOnlyMemory<byte>, bool> tell)
    {
        _inner = inner;
        _tell = tell;
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>Notes what was read; nothing means the end.</summary>
    public void See(ReadOnlySpan<byte> bytes)
    {
        _seen.Write(bytes);
        if (bytes.IsEmpty)
        {
            Tell(isComplete: true);
        }
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var source = await CreateContentReadStreamAsync();
        await source.CopyToAsync(stream);
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new WatchedStream(await _inner.ReadAsStreamAsync(), this);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            Tell(isComplete: false);
        }

        base.Dispose(disposing);
    }

    private void Tell(bool isComplete)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            _tell(_seen.ToArray(), isComplete);
        }
    }
}
