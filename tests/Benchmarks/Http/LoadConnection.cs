using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Serverless.Benchmarks.Http;

/// <summary>
/// One kept-alive connection of a client that must cost little, since it shares the cores with the server: blocking
/// calls, bytes that were built before, and no look at the answer beyond its length.
/// </summary>
/// <remarks>Understands the answers of Kestrel, which has one spelling for a header; for one thread at a time.</remarks>
/// <param name="address">Where the server listens.</param>
/// <param name="from">The address of this machine that it comes from, or null for any.</param>
internal sealed class LoadConnection(Uri address, IPAddress? from = null) : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private Socket? _socket;
    private int _start;
    private int _end;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start.._end);

    /// <summary>Connects, if it is not connected.</summary>
    public void Open()
    {
        if (_socket is null)
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (from is not null)
            {
                _socket.Bind(new IPEndPoint(from, 0));
            }

            _socket.Connect(IPAddress.Parse(address.Host), address.Port);
            (_start, _end) = (0, 0);
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="body">Gets the answer's body, or null where nobody wants it.</param>
    public Answer Ask(PreparedRequest request, Stream? body = null)
    {
        Open();
        for (var rest = request.Bytes.AsSpan(); rest.Length > 0;)
        {
            rest = rest[_socket!.Send(rest)..];
        }

        var (status, length, next) = ReadHead();
        var bytes = length ?? ReadChunks(request.StreamBytes, body);
        if (length is > 0)
        {
            Take(length.Value, body);
        }

        if (request.StreamBytes > 0)
        {
            Dispose();
        }

        return new Answer(status, bytes, length is null, next);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private (int Status, long? Length, long? NextOffset) ReadHead()
    {
        int end;
        while ((end = Buffered.IndexOf("\r\n\r\n"u8)) < 0)
        {
            Receive();
        }

        var head = Buffered[..(end + LineEnd.Length)];
        _start += end + (2 * LineEnd.Length);
        var status = (int)Number(head["HTTP/1.1 ".Length..]);
        return (status, LengthIn(head), NumberIn(head, "\r\nNext-Offset: "u8));
    }

    // An answer without a body, such as 204, says neither.
    private static long? LengthIn(ReadOnlySpan<byte> head) =>
        NumberIn(head, "\r\nContent-Length: "u8)
            ?? (head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0 ? null : 0);

    private static long? NumberIn(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name) =>
        head.IndexOf(name) is >= 0 and var at ? Number(head[(at + name.Length)..]) : null;

    private static long Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out _)
            ? number
            : throw new InvalidDataException("The answer has no number where one belongs.");

    // Every chunk is its size in hexadecimal digits, its bytes, and a line's end after each of the two.
    private long ReadChunks(long bytesMax, Stream? body)
    {
        var total = 0L;
        while (true)
        {
            int end;
            while ((end = Buffered.IndexOf(LineEnd)) < 0)
            {
                Receive();
            }

            var size = int.Parse(Buffered[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _start += end + LineEnd.Length;
            var wanted = bytesMax == 0 ? size : Math.Min(size, bytesMax - total);
            Take(wanted, body);
            total += wanted;
            if (bytesMax > 0 && total == bytesMax)
            {
                return total;
            }

            Take(LineEnd.Length, null);
            if (size == 0)
            {
                return total;
            }
        }
    }

    private void Take(long count, Stream? body)
    {
        while (count > 0)
        {
            if (_start == _end)
            {
                Receive();
            }

            var piece = (int)Math.Min(count, _end - _start);
            body?.Write(_buffer, _start, piece);
            _start += piece;
            count -= piece;
        }
    }

    private void Receive()
    {
        Buffered.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var received = _socket!.Receive(_buffer.AsSpan(_end));
        _end += received > 0 ? received : throw new InvalidDataException("The server hung up in an answer.");
    }
}
