using System.Buffers;
using System.Collections.Immutable;
using Serverless.StorageEngine.SharedLogs.Blocks;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>What becomes of some writes, as far as a state tells.</summary>
/// <param name="Entries">What the next block says; empty for no block.</param>
/// <param name="Pieces">The bytes of its entries.</param>
/// <param name="Written">The writes that come true with the block, in the order of the writes.</param>
/// <param name="Refused">The writes that need no block, with their outcomes.</param>
/// <param name="LooksFirst">Whether a refusal rests on what this node may not know: look at the tail and plan
/// anew.</param>
/// <param name="Rest">What of the last piece goes into a second block; empty most times.</param>
internal sealed record SharedBlockPlan(
    ImmutableArray<CarrierEntry> Entries,
    IReadOnlyList<ReadOnlySequence<byte>> Pieces,
    IReadOnlyList<SharedWrite> Written,
    IReadOnlyList<(SharedWrite Write, SharedVerdict Verdict)> Refused,
    bool LooksFirst,
    ReadOnlySequence<byte> Rest);
