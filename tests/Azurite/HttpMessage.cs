using System.Text;

namespace Serverless.Azurite;

/// <summary>One HTTP/1.1 request as it came over the wire.</summary>
/// <param name="Head">The first line and the headers, without the empty line behind them.</param>
/// <param name="Body">The body with its transfer coding, if any.</param>
internal sealed record HttpMessage(string Head, byte[] Body)
{
    public string FirstLine => Head[..Head.IndexOf("\r\n", StringComparison.Ordinal)];

    public byte[] With(string header)
    {
        var kept = Head.Split("\r\n")
            .Where(static line => !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)
                && !line.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase))
            .Append(header);
        return [.. Encoding.Latin1.GetBytes(string.Join("\r\n", kept) + "\r\n\r\n"), .. Body];
    }

    public static byte[] Without(string header, byte[] message)
    {
        var end = message.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.Latin1.GetString(message, 0, end);
        return [.. Encoding.Latin1.GetBytes(head.Replace($"\r\n{header}", "", StringComparison.OrdinalIgnoreCase)),
            .. message.AsSpan(end)];
    }
}
