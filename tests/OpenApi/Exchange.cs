namespace Serverless.OpenApi;

/// <summary>One request and its answer, as a client saw them.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">The absolute address.</param>
/// <param name="Request">What was sent.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Headers">The headers of the answer, those of its body included.</param>
/// <param name="Body">The body of the answer, as far as it was read.</param>
/// <param name="IsComplete">Whether that is all of it.</param>
public sealed record Exchange(
    string Method,
    Uri Uri,
    SentBody Request,
    int Status,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    bool IsComplete)
{
    /// <summary>What the request proved by who sent it; see <see cref="OpenApi.Credentials"/>.</summary>
    public IReadOnlyList<string> Credentials { get; init; } = [];

    /// <summary>The media type of the answer, or null.</summary>
    public string? MediaType => Headers.GetValueOrDefault("Content-Type");
}

/// <summary>The body of a request.</summary>
/// <param name="Exists">Whether there is one.</param>
/// <param name="MediaType">Its media type, or null.</param>
/// <param name="Encoding">How it is compressed, or null.</param>
/// <param name="Bytes">Its bytes; null where they are written while they are sent, and nobody kept them.</param>
public sealed record SentBody(bool Exists, string? MediaType, string? Encoding, byte[]? Bytes)
{
    /// <summary>What a request is about to send.</summary>
    /// <param name="request">The request.</param>
    public static async ValueTask<SentBody> OfAsync(HttpRequestMessage request)
    {
        if (request.Content is not { } content)
        {
            return new(false, null, null, null);
        }

        var bytes = content is ByteArrayContent ? await content.ReadAsByteArrayAsync() : null;
        var encodings = content.Headers.ContentEncoding;
        return new(
            bytes is not { Length: 0 },
            content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : null,
            encodings.Count == 0 ? null : string.Join(", ", encodings),
            bytes);
    }
}
