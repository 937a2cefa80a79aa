using System.Text;

namespace Serverless.Benchmarks.Http;

/// <summary>A request as it goes over the wire, built before the clock starts.</summary>
/// <param name="Bytes">Request line, headers and body.</param>
/// <param name="Records">How many records it brings or gets; 0 for one that only prepares the next.</param>
/// <param name="StreamBytes">
/// How many bytes of an endless answer are read before the client hangs up; 0 for an answer that ends by itself.
/// </param>
internal sealed record PreparedRequest(byte[] Bytes, int Records, long StreamBytes = 0)
{
    /// <summary>A request with a body.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="contentType">The body's media type.</param>
    /// <param name="body">The body.</param>
    /// <param name="records">How many records it brings.</param>
    /// <param name="authorization">What it shows as proof of who makes it, or null for nothing.</param>
    public static PreparedRequest Post(
        string path, string contentType, ReadOnlySpan<byte> body, int records, string? authorization = null) => new(
        [
            .. Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\n"
                + (authorization is null ? "" : $"Authorization: {authorization}\r\n")
                + $"Content-Length: {body.Length}\r\n\r\n"),
            .. body,
        ],
        records);

    /// <summary>A request without one.</summary>
    public static PreparedRequest Get(string path, string accept, int records, long streamBytes = 0) => new(
        Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"), records, streamBytes);
}
