using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One block, field by field as in <c>FORMAT.md</c>.</summary>
/// <param name="Segment">The name of its segment.</param>
/// <param name="Position">Where it begins there.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Epoch">The leader epoch.</param>
/// <param name="Log">The log that it says it belongs to.</param>
/// <param name="Writer">The node that wrote it.</param>
/// <param name="Nonce">Tells it from all other blocks.</param>
/// <param name="Number">Its number in the log.</param>
/// <param name="PreviousPosition">Where it says the block before it begins.</param>
/// <param name="WrittenAt">The writer's clock, in milliseconds since 1970.</param>
/// <param name="ChainHash">What it carries as the hash of all before it.</param>
/// <param name="NextChainHash">What the block behind it must carry, computed from its bytes.</param>
/// <param name="Batches">Its record batches.</param>
/// <param name="Sections">The sections of its body by tag.</param>
public sealed record StoredBlock(
    string Segment,
    long Position,
    int Length,
    StoredBlockKind Kind,
    int Epoch,
    UInt128 Log,
    UInt128 Writer,
    UInt128 Nonce,
    long Number,
    long PreviousPosition,
    long WrittenAt,
    UInt128 ChainHash,
    UInt128 NextChainHash,
    ImmutableArray<StoredBatch> Batches,
    ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>> Sections)
{
    /// <summary>Where the next block begins.</summary>
    public long End => Position + Length;

    /// <summary>The state section, or null.</summary>
    public StoredState? State => Sections.TryGetValue(StoredSection.State, out var bytes)
        ? StoredSection.ReadState(bytes.Span)
        : null;

    /// <summary>The leader that it names (id and address), or null.</summary>
    public (UInt128 Id, string Address)? Leader => Sections.TryGetValue(StoredSection.Leader, out var bytes)
        ? StoredSection.ReadLeader(bytes.Span)
        : null;

    /// <summary>The successor that it names, empty when it ends the log; null when it is no seal.</summary>
    public string? Successor => Sections.TryGetValue(StoredSection.Seal, out var bytes)
        ? StoredSection.ReadText(bytes.Span)
        : null;

    /// <summary>What it says the log remembers, or null.</summary>
    public StoredMemory? Memory => Sections.TryGetValue(StoredSection.Memory, out var bytes)
        ? StoredSection.ReadMemory(bytes.Span)
        : null;

    /// <summary>The fencing token that it sets, empty for none; null when it sets nothing.</summary>
    public string? FencingToken => Sections.TryGetValue(StoredSection.Fence, out var bytes)
        ? StoredSection.ReadText(bytes.Span)
        : null;

    /// <summary>What it says of the copy whose last block it is, or null.</summary>
    public StoredSummary? Summary => Sections.TryGetValue(StoredSection.Summary, out var bytes)
        ? StoredSection.ReadSummary(bytes.Span)
        : null;

    /// <summary>Where it is.</summary>
    public override string ToString() => $"{Segment} at {Position}";
}
