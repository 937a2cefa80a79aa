using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>Takes the lock tokens of a body. Pure.</summary>
internal static class LockTokens
{
    /// <summary>Takes each token once: one that came twice has one outcome.</summary>
    /// <param name="sent">As they came.</param>
    /// <param name="member">The member that holds them.</param>
    /// <param name="tokens">In the order of their first coming, when the result is null.</param>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public static string? Read(IReadOnlyList<string?>? sent, string member, out IReadOnlyList<string> tokens)
    {
        var broken = Check(sent, member);
        tokens = broken is null ? [.. sent!.Distinct(StringComparer.Ordinal).Select(static token => token!)] : [];
        return broken;
    }

    private static string? Check(IReadOnlyList<string?>? tokens, string member) => tokens switch
    {
        null or { Count: 0 } =>
            $"The member '{member}' is missing or empty; it is an array with the lock tokens of a receive.",
        { Count: > QueueLimits.RecordsPerRequestMax } =>
            $"The member '{member}' holds {tokens.Count} tokens; at most {QueueLimits.RecordsPerRequestMax} go into "
            + "one request.",
        _ when tokens.Contains(null) => $"The member '{member}' holds null; it is an array of texts.",
        _ => null,
    };
}
