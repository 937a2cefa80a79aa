using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Functions.Api.Quotas;

/// <summary>The body of an answer, whose bytes are counted as they are sent.</summary>
/// <param name="body">The server's.</param>
/// <param name="use">Counts.</param>
internal sealed class MeasuredAnswer(IHttpResponseBodyFeature body, QuotaUse use)
    : IHttpResponseBodyFeature, IDisposable
{
    private readonly MeasuredWriter _writer = new(body.Writer, use);
    private Stream? _stream;

    public PipeWriter Writer => _writer;

    public Stream Stream => _stream ??= _writer.AsStream(leaveOpen: true);

    public void DisableBuffering() => body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync()
    {
        _writer.Charge();
        return body.CompleteAsync();
    }

    /// <summary>Counts what was written and never flushed by the endpoint: the server does that.</summary>
    public void Dispose() => _writer.Charge();
}
