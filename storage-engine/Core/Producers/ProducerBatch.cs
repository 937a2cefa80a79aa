namespace Serverless.StorageEngine.Producers;

/// <summary>What is remembered of one batch of an idempotent producer.</summary>
/// <param name="RecordCount">At least 1.</param>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="AppendTime">The time given to all its records, in milliseconds since 1970, or
/// <see cref="SequenceVerdict.NoAppendTime"/>.</param>
internal readonly record struct ProducerBatch(int RecordCount, long BaseOffset, long AppendTime);
