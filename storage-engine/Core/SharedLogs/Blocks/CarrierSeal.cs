using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>What the last block of a carrier says: where the log goes on, what it carries, and what lies where in this
/// carrier.</summary>
/// <param name="Successor">The next carrier.</param>
/// <param name="CarrierNumber">The number of this carrier; the successor's is one more.</param>
/// <param name="NextId">The number of the next segment.</param>
/// <param name="Segments">All segments of the shared log.</param>
/// <param name="Index">Where in this carrier pieces lie.</param>
internal sealed record CarrierSeal(
    SegmentName Successor,
    int CarrierNumber,
    long NextId,
    ImmutableArray<CarriedSegment> Segments,
    CarrierIndex Index);
