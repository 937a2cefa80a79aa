using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>A client that follows a partition from its beginning and takes a little now and then.</summary>
internal sealed class SlowTail : IDisposable
{
    private const int PieceBytes = 16 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        ReceiveBufferSize = PieceBytes,
    };

    private readonly CancellationTokenSource _ended = new();
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    public SlowTail(CatchUpTopic topic, int partition)
    {
        _socket.Connect(IPAddress.Parse(topic.Node.Server.Address.Host), topic.Node.Server.Address.Port);
        _socket.Send(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"GET {CatchUpTopic.Path}/partitions/{partition}/records?from=earliest&follow=true HTTP/1.1\r\n")
            + "Host: localhost\r\nAccept: application/x-ndjson\r\n\r\n"));
        _reading = ReadAsync();
    }

    /// <summary>The bytes that have come.</summary>
    public long Bytes { get; private set; }

    public void Dispose()
    {
        _ended.Cancel();
        _reading.GetAwaiter().GetResult();
        _socket.Dispose();
        _ended.Dispose();
    }

    private async Task ReadAsync()
    {
        var piece = new byte[PieceBytes];
        try
        {
            while (await _socket.ReceiveAsync(piece, _ended.Token) is > 0 and var received)
            {
                Bytes += received;
                await Task.Delay(Pause, _ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
    }
}
