using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>A record batch on its way into a block.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Request">The request that brought it, if that can be repeated; null for batches with a producer
/// id.</param>
internal readonly record struct KeyedBatch(RecordBatch Batch, RequestKey? Request);
