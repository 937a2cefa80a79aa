using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>The deletion of a segment that was there.</summary>
/// <param name="Order">When, in the order of the history.</param>
/// <param name="At">The same in storage time, in milliseconds since 1970.</param>
/// <param name="Segment">Which.</param>
/// <param name="Bytes">All that it held.</param>
public sealed record StoredDeletion(int Order, long At, SegmentName Segment, ReadOnlyMemory<byte> Bytes);
