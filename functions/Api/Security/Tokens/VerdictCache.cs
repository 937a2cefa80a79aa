using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>
/// Good tokens that were judged a moment ago, by their hash: to check a signature takes longer than all else that an
/// append costs this node. Bounded; a node forgets all of them at once, so that nothing has to be put in order.
/// </summary>
/// <param name="time">The only clock.</param>
internal sealed class VerdictCache(TimeProvider time)
{
    /// <summary>The most tokens that are remembered; some 3 MiB.</summary>
    public const int TokensMax = 10_000;

    /// <summary>For how long; a key that its issuer has withdrawn is trusted that much longer.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(1);

    private volatile ConcurrentDictionary<Bits128, (TokenVerdict.Valid Verdict, long JudgedAt)> _verdicts = new();

    /// <summary>The verdict, when it is young and the token has not expired.</summary>
    public TokenVerdict.Valid? Find(string token) =>
        _verdicts.TryGetValue(KeyOf(token), out var known)
        && time.GetElapsedTime(known.JudgedAt) < AgeMax
        && time.GetUtcNow() < known.Verdict.ExpiresAt
            ? known.Verdict
            : null;

    /// <summary>Remembers a verdict.</summary>
    public void Remember(string token, TokenVerdict.Valid verdict)
    {
        var verdicts = _verdicts;
        if (verdicts.Count >= TokensMax)
        {
            _verdicts = verdicts = new();
        }

        verdicts[KeyOf(token)] = (verdict, time.GetTimestamp());
    }

    // Half of a SHA-256: nobody finds another token with the same.
    private static Bits128 KeyOf(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return Bits128.Read(hash);
    }
}
