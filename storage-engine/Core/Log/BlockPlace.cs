using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Where a block begins.</summary>
/// <param name="Segment">The segment that holds it.</param>
/// <param name="Position">Its first byte.</param>
internal readonly record struct BlockPlace(SegmentName Segment, long Position);
