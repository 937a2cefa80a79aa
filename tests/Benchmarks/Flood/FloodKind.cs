using System.Text;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Flood;

/// <summary>A flood: what its requests show as proof of who makes them, and where they come from.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Requests">What is sent, in turn; empty for no flood at all.</param>
/// <param name="Addresses">From how many addresses.</param>
/// <param name="IsOnBare">Whether it goes to a bare server, and the node is left alone.</param>
internal sealed record FloodKind(string Name, IReadOnlyList<PreparedRequest> Requests, int Addresses, bool IsOnBare)
{
    private const int Many = 256;
    private const int Forged = 64;

    /// <summary>The good clients alone.</summary>
    public static FloodKind Nothing { get; } = new("none", [], Addresses: 1, IsOnBare: false);

    /// <summary>The statuses with which it may be answered.</summary>
    public HashSet<int> Expected { get; } = IsOnBare ? [200] : [401, 429];

    /// <summary>All others.</summary>
    /// <param name="goodKey">The key of a good client, whose id is no secret.</param>
    /// <param name="issuer">Whose tokens are forged.</param>
    public static IReadOnlyList<FloodKind> All(string goodKey, FloodIssuer issuer)
    {
        PreparedRequest[] tokens =
            [.. Enumerable.Range(0, Forged).Select(_ => Request($"Bearer {issuer.Forge()}"))];
        return
        [
            new("no credentials, to a bare server", [Request(null)], Addresses: 1, IsOnBare: true),
            new("no credentials", [Request(null)], Addresses: 1, IsOnBare: false),
            new("wrong secrets", [Request(WithWrongSecret(goodKey))], Addresses: 1, IsOnBare: false),
            new("forged tokens", tokens, Addresses: 1, IsOnBare: false),
            new($"forged tokens, {Many} addresses", tokens, Many, IsOnBare: false),
        ];
    }

    private static string WithWrongSecret(string key)
    {
        const string Scheme = "Basic ";
        var shown = Encoding.UTF8.GetString(Convert.FromBase64String(key[Scheme.Length..]));
        var last = shown[^1] == 'x' ? 'y' : 'x';
        return Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes(shown[..^1] + last));
    }

    private static PreparedRequest Request(string? authorization) => PreparedRequest.Post(
        $"/api/v1/topics/{ProduceScenarios.Topic}/records",
        "application/json",
        Encoding.UTF8.GetBytes($$"""{"value":{{Documents.Values[0]}}}"""),
        records: 1,
        authorization);
}
