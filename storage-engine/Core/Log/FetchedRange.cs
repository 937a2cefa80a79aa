using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log;

/// <summary>What a read of a range of offsets gave.</summary>
/// <param name="Batches">Whole batches in order.</param>
/// <param name="NextOffset">Where to go on: behind the last batch, or behind offsets that hold nothing any more.</param>
internal readonly record struct FetchedRange(IReadOnlyList<RecordBatch> Batches, long NextOffset);
