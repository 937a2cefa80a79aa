using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>Checks the lock tokens of a body. Pure.</summary>
internal static class LockTokens
{
    /// <summary>What is wrong with them; null when nothing is.</summary>
    /// <param name="tokens">As they came.</param>
    /// <param name="member">The member that holds them.</param>
    public static string? Check(IReadOnlyList<string?>? tokens, string member) => tokens switch
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
