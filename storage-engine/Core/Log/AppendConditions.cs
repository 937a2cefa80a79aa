namespace Serverless.StorageEngine.Log;

/// <summary>What must hold for a batch to be appended, besides the rules of its own idempotent producer.</summary>
/// <remarks>
/// Repeats are recognised first: a batch that is in the log already is answered with its offset, whatever the other
/// conditions say by now, so that a retry of a conditional append that won is answered with success.
/// </remarks>
public sealed record AppendConditions
{
    /// <summary>The longest fencing token, in bytes of UTF-8.</summary>
    public const int FencingTokenBytesMax = 36;

    /// <summary>No conditions.</summary>
    public static AppendConditions None { get; } = new();

    /// <summary>
    /// The request that brings the batch; the same records of the same request are stored once. Null when the request
    /// has no idempotency key. Never together with a producer id in the batch, which is a promise of the same kind.
    /// </summary>
    public RequestKey? Request { get; init; }

    /// <summary>The offset that the batch's first record must get; null for any.</summary>
    public long? NextOffset { get; init; }

    /// <summary>The fencing token that the partition must have, empty for none; null for any. Fencing is cooperative:
    /// who names no token is not held up by one.</summary>
    public string? FencingToken { get; init; }
}
