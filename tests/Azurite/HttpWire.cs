using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Serverless.Azurite;

/// <summary>Cuts a connection's bytes into requests.</summary>
internal sealed class HttpWire(Stream stream)
{
    // The largest block is 4 MiB, a table transaction stays below 4 MiB.
    private const int MessageBytesMax = 16 * 1024 * 1024;

    private readonly List<byte> _unread = [];

    /// <summary>The next request, or null when the client has closed the connection.</summary>
    public async Task<HttpMessage?> ReadRequestAsync(CancellationToken cancellationToken)
    {
        if (await ReadThroughAsync("\r\n\r\n", cancellationToken) is not { } headBytes)
        {
            return null;
        }

        var head = Encoding.Latin1.GetString(headBytes)[..^4];
        if (HeaderOf(head, "Expect") is not null)
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
        }

        if (HeaderOf(head, "Transfer-Encoding") is not null)
        {
            return new HttpMessage(head, await ReadChunksAsync(cancellationToken));
        }

        var length = int.Parse(HeaderOf(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture);
        return new HttpMessage(head, await TakeAsync(length, cancellationToken));
    }

    private static string? HeaderOf(string head, string name) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        int length;
        do
        {
            var line = await ReadThroughAsync("\r\n", cancellationToken) ?? throw new EndOfStreamException();
            var digits = Encoding.Latin1.GetString(line).Trim();
            length = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(line);
            body.AddRange(await TakeAsync(length + 2, cancellationToken));
        }
        while (length > 0);

        return [.. body];
    }

    private async Task<byte[]?> ReadThroughAsync(string end, CancellationToken cancellationToken)
    {
        var wanted = Encoding.Latin1.GetBytes(end);
        while (true)
        {
            var found = CollectionsMarshal.AsSpan(_unread).IndexOf(wanted);
            if (found >= 0)
            {
                return await TakeAsync(found + wanted.Length, cancellationToken);
            }

            if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken cancellationToken)
    {
        while (_unread.Count < count)
        {
            if (!await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException();
            }
        }

        byte[] taken = [.. _unread.GetRange(0, count)];
        _unread.RemoveRange(0, count);
        return taken;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_unread.Count > MessageBytesMax)
        {
            throw new IOException($"A request of more than {MessageBytesMax} bytes.");
        }

        var buffer = new byte[64 * 1024];
        var count = await stream.ReadAsync(buffer, cancellationToken);
        _unread.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}
