using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Queues;

/// <summary>How much one fetch may take.</summary>
/// <param name="RecordsMax">The most records, at least 1.</param>
/// <param name="BytesMax">The most bytes of keys and values.</param>
/// <param name="FirstAnyway">Whether the first record is taken however large it is.</param>
/// <param name="Memory">What restored batches count against; null for no bound.</param>
internal readonly record struct FetchLimits(int RecordsMax, long BytesMax, bool FirstAnyway, ByteShare? Memory);
