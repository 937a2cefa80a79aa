using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace Serverless.StorageEngine.Conformance;

/// <summary>An answer of the service that has a status and says when to come again, and nothing else.</summary>
/// <param name="status">The status.</param>
/// <param name="retryAfter">The header <c>Retry-After</c> as it stands.</param>
internal sealed class ThrottledAnswer(int status, string retryAfter) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose()
    {
    }

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new("Retry-After", retryAfter)];

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase) ? retryAfter : null;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}
