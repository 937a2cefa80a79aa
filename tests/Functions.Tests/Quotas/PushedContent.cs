using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Serverless.Functions.Tests.Quotas;

/// <summary>A body that goes out piece by piece, as a test writes it.</summary>
internal sealed class PushedContent : HttpContent
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();

    public PushedContent(string type) => Headers.ContentType = new(type);

    public void Push(string piece) => Assert.True(_pieces.Writer.TryWrite(piece));

    public void End() => _pieces.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await foreach (var piece in _pieces.Reader.ReadAllAsync())
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(piece));
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
