using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>
/// Good tokens, by their hash: to check a signature takes longer than all else that an append costs this node, so what
/// was judged a moment ago is not judged again; and what was good once is judged even while unknown tokens are refused
/// unseen. Bounded: when there is no room, all go at once that were not judged since there was none the last time, so
/// that nothing has to be put in order.
/// </summary>
/// <param name="time">The only clock.</param>
internal sealed class VerdictCache(TimeProvider time)
{
    /// <summary>The most tokens that are remembered; some 3 MiB.</summary>
    public const int TokensMax = 10_000;

    /// <summary>For how long; a key that its issuer has withdrawn is trusted that much longer.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(1);

    private readonly Lock _turning = new();
    private volatile Generations _verdicts = new(new(), new());

    /// <summary>The verdict, when it is young and the token has not expired.</summary>
    public TokenVerdict.Valid? Find(string token) =>
        Look(token) is { } known && time.GetElapsedTime(known.JudgedAt) < AgeMax ? known.Verdict : null;

    /// <summary>Whether there is a verdict, however old, and the token has not expired.</summary>
    public bool WasGood(string token) => Look(token) is not null;

    /// <summary>Remembers a verdict.</summary>
    public void Remember(string token, TokenVerdict.Valid verdict)
    {
        if (_verdicts.Young.Count >= TokensMax / 2)
        {
            Turn();
        }

        _verdicts.Young[KeyOf(token)] = new(verdict, time.GetTimestamp());
    }

    /// <summary>Forgets a token that is not good any more.</summary>
    public void Forget(string token)
    {
        var (key, verdicts) = (KeyOf(token), _verdicts);
        verdicts.Young.TryRemove(key, out _);
        verdicts.Old.TryRemove(key, out _);
    }

    private Judged? Look(string token)
    {
        var (key, verdicts) = (KeyOf(token), _verdicts);
        return (verdicts.Young.TryGetValue(key, out var known) || verdicts.Old.TryGetValue(key, out known))
            && time.GetUtcNow() < known.Verdict.ExpiresAt
                ? known
                : null;
    }

    private void Turn()
    {
        lock (_turning)
        {
            if (_verdicts.Young.Count >= TokensMax / 2)
            {
                _verdicts = new(new(), _verdicts.Young);
            }
        }
    }

    // Half of a SHA-256: nobody finds another token with the same.
    private static Bits128 KeyOf(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return Bits128.Read(hash);
    }

    private sealed record Judged(TokenVerdict.Valid Verdict, long JudgedAt);

    private sealed record Generations(
        ConcurrentDictionary<Bits128, Judged> Young, ConcurrentDictionary<Bits128, Judged> Old);
}
