using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Records;

/// <summary>What became of one batch.</summary>
/// <param name="BaseOffset">The offset of its first record; -1 when <paramref name="Problem"/> is set.</param>
/// <param name="LogAppendTime">
/// The timestamp that the log gave to all its records, or null when they keep their own.
/// </param>
/// <param name="Problem">Why it is not known to be in the log; null when it is durable.</param>
internal readonly record struct BatchAnswer(long BaseOffset, long? LogAppendTime, Problem? Problem)
{
    private const string Reason = "Not appended, because an earlier batch of the request failed: ";

    /// <summary>The batch is not known to be in the log.</summary>
    public static BatchAnswer Failed(Problem problem) => new(-1, null, problem);

    /// <summary>The batch was not appended, so that it does not overtake one whose records may come again.</summary>
    /// <param name="earlier">Why a batch in front of it failed.</param>
    public static BatchAnswer NotTried(Problem earlier) => Failed(earlier with
    {
        Detail = earlier.Effects is SideEffects.None && earlier.Detail.StartsWith(Reason, StringComparison.Ordinal)
            ? earlier.Detail
            : Reason + earlier.Detail,
        Effects = SideEffects.None,
    });
}
