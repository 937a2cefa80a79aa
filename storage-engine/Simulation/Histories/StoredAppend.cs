using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>An append that took effect in the segment store, or the commit of a whole segment, which appends all of
/// it.</summary>
/// <param name="Order">When, in the order of the history.</param>
/// <param name="Segment">Where.</param>
/// <param name="End">The segment's length behind it, in bytes.</param>
public readonly record struct StoredAppend(int Order, SegmentName Segment, long End);
