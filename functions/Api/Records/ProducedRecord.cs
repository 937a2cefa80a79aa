using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Records;

/// <summary>What became of one record.</summary>
/// <param name="Partition">The partition it went to, or would have gone to.</param>
/// <param name="Offset">Its offset; -1 when <paramref name="Problem"/> is set.</param>
/// <param name="Timestamp">
/// The timestamp it carries in the log, in milliseconds since 1970; null when only the log knows it, and when
/// <paramref name="Problem"/> is set.
/// </param>
/// <param name="Duplicate">Whether an earlier request had stored it.</param>
/// <param name="Problem">Why it is not known to be in the log; null when it is durable.</param>
internal readonly record struct ProducedRecord(
    int Partition, long Offset, long? Timestamp, bool Duplicate, Problem? Problem);
