using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>Sends the flights piece by piece in one request, and reads the acknowledgements meanwhile.</summary>
/// <remarks>It speaks to the socket itself: HttpClient reads no answer before it has sent its body.</remarks>
internal sealed class StreamingPublisher : IAsyncDisposable
{
    private const int LinesAtOnce = 100;

    // The last piece is held back, so that the stream is still open whenever the node is killed.
    private const int LinesHeldBack = 100;

    private readonly TcpClient _connection;
    private readonly SemaphoreSlim _heard = new(0);
    private Task _sending = Task.CompletedTask;
    private Task _receiving = Task.CompletedTask;
    private int _durableLine;

    private StreamingPublisher(TcpClient connection) => _connection = connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Begins to send.</summary>
    /// <param name="node">The node to send to.</param>
    /// <param name="path">Where the records go.</param>
    /// <param name="idempotencyKey">The request's key, or null.</param>
    public static async Task<StreamingPublisher> StartAsync(
        HostProcess node, string path, string? idempotencyKey = null)
    {
        var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(node.Address.Host, node.Address.Port, Cancellation);
        var publisher = new StreamingPublisher(connection);
        publisher._sending = publisher.SendAsync(node.Address.Authority, path, idempotencyKey);
        publisher._receiving = publisher.ReceiveAsync();
        return publisher;
    }

    /// <summary>Waits until the node has acknowledged the first <paramref name="lines"/> lines.</summary>
    public async Task AcknowledgedAsync(int lines)
    {
        while (Volatile.Read(ref _durableLine) < lines)
        {
            Assert.False(_receiving.IsCompleted, $"The answer ended after line {_durableLine}.");
            var heard = await _heard.WaitAsync(HostProcess.Patience, Cancellation);
            Assert.True(heard, $"Nothing after line {_durableLine}.");
        }
    }

    /// <summary>Waits for the end of a broken connection.</summary>
    /// <returns>The number of lines that were acknowledged.</returns>
    public async Task<int> EndAsync()
    {
        await _receiving.WaitAsync(HostProcess.Patience, Cancellation);
        await _sending.WaitAsync(HostProcess.Patience, Cancellation);
        return _durableLine;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await Task.WhenAll(_sending, _receiving);
        _heard.Dispose();
    }

    private async Task SendAsync(string host, string path, string? idempotencyKey)
    {
        try
        {
            var stream = _connection.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-ndjson\r\n" +
                "Accept: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n" +
                (idempotencyKey is null ? "\r\n" : $"Idempotency-Key: {idempotencyKey}\r\n\r\n")));
            foreach (var lines in File.ReadLines(Flight.DataPath).SkipLast(LinesHeldBack).Chunk(LinesAtOnce))
            {
                var piece = Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n")));
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"));
                await stream.WriteAsync(piece);
                await stream.WriteAsync("\r\n"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // The node was killed, as it should be.
        }
    }

    // A line of the answer is a line of its own among those of the chunked framing. A line that the kill cut short is
    // not an acknowledgement.
    private async Task ReceiveAsync()
    {
        try
        {
            using var reader = new StreamReader(_connection.GetStream(), leaveOpen: true);
            while (await reader.ReadLineAsync() is { } line)
            {
                Hear(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // The node was killed, as it should be.
        }
        finally
        {
            _heard.Release();
        }
    }

    private void Hear(string line)
    {
        if (!line.StartsWith('{') || !line.EndsWith('}'))
        {
            return;
        }

        using var json = JsonDocument.Parse(line);
        Assert.True(json.RootElement.TryGetProperty("durable_line", out var durable), line);
        Volatile.Write(ref _durableLine, durable.GetInt32());
        _heard.Release();
    }
}
