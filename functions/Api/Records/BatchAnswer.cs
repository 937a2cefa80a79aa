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
    /// <summary>The batch is not known to be in the log.</summary>
    public static BatchAnswer Failed(Problem problem) => new(-1, null, problem);
}
