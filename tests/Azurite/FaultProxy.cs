using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Azurite;

/// <summary>A small HTTP/1.1 proxy in front of one service, which loses and delays requests and answers as it is told.
/// </summary>
/// <remarks>It keeps connections open between requests, so that clients reuse them as they do in earnest.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private Func<string, RequestFate> _choose = static _ => ProxyFault.None;

    /// <summary>Starts to listen on a free port of the loopback interface.</summary>
    /// <param name="target">The root of the service to forward to.</param>
    public FaultProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The root to send requests to.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The request lines received so far, for example <c>PUT /account/container/blob HTTP/1.1</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Sets what happens to the requests from now on.</summary>
    /// <param name="choose">From the request line to its fate; called once per request, by several threads.</param>
    public void Choose(Func<string, RequestFate> choose) => Volatile.Write(ref _choose, choose);

    /// <summary>Closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stopped.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                _connections.TryAdd(ServeAsync(client), 0);
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException)
        {
            // Disposal ends the listening.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var wire = new HttpWire(client.GetStream());
                while (await wire.ReadRequestAsync(_stopped.Token) is { } request
                    && await AnswerAsync(client, request))
                {
                }
            }
            catch (Exception closed) when (closed is IOException or OperationCanceledException or SocketException)
            {
                // The client or disposal ended the connection.
            }
        }
    }

    private async Task<bool> AnswerAsync(TcpClient client, HttpMessage request)
    {
        _requests.Enqueue(request.FirstLine);
        var (fault, requestDelay, answerDelay) = Volatile.Read(ref _choose)(request.FirstLine);
        await PauseAsync(requestDelay);
        var forwards = fault is not (ProxyFault.LoseRequest or ProxyFault.RefuseWith503);
        var answer = forwards ? await ForwardAsync(request) : [];
        await PauseAsync(answerDelay);
        switch (fault)
        {
            case ProxyFault.None:
                await client.GetStream().WriteAsync(answer, _stopped.Token);
                return true;
            case ProxyFault.LoseRequest or ProxyFault.LoseAnswer:
                return false;
            case ProxyFault.ResetAnswer:
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                return false;
            case ProxyFault.KeepSilent:
                // Ends when the client hangs up, or sends another request on a connection that will never answer.
                _ = await client.GetStream().ReadAtLeastAsync(
                    new byte[1], minimumBytes: 1, throwOnEndOfStream: false, _stopped.Token);
                return false;
            case ProxyFault.CutAnswer:
                await client.GetStream().WriteAsync(answer.AsMemory(0, answer.Length - 1), _stopped.Token);
                return false;
            default:
                await client.GetStream().WriteAsync(Instead(fault), _stopped.Token);
                return fault is not ProxyFault.AnswerWithNonsense;
        }
    }

    // Whoever sent the request may have given it up meanwhile: then it arrives late, as it may on a real network.
    private Task PauseAsync(TimeSpan delay) =>
        delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(delay, _stopped.Token);

    private static byte[] Instead(ProxyFault fault) => Encoding.ASCII.GetBytes(fault switch
    {
        ProxyFault.AnswerWith500 => "HTTP/1.1 500 Operation could not be completed\r\nContent-Length: 0\r\n\r\n",
        ProxyFault.AnswerWithNonsense => "This is no answer at all.\r\n\r\n",
        _ => "HTTP/1.1 503 Server Busy\r\nContent-Length: 0\r\n\r\n",
    });

    // The server closes its connection after the answer, so the answer's end needs no parsing.
    private async Task<byte[]> ForwardAsync(HttpMessage request)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(_target.Host, _target.Port, _stopped.Token);
        var stream = server.GetStream();
        await stream.WriteAsync(request.With("Connection: close"), _stopped.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, _stopped.Token);
        return HttpMessage.Without("Connection: close", answer.ToArray());
    }
}
