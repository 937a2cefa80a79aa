using System.Collections.Immutable;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>How blocks change the state of a shared log. Pure; the only way in which a known tail moves
/// forward.</summary>
internal static class SharedRules
{
    /// <summary>Folds the block at the tail.</summary>
    /// <param name="state">The shared log before the block.</param>
    /// <param name="block">The block that is stored at <see cref="SharedState.Tail"/> of the carrier.</param>
    /// <returns>The shared log behind the block; at the start of the successor when the block is a seal.</returns>
    /// <exception cref="CorruptDataException">The block does not continue the chain.</exception>
    public static SharedState Apply(SharedState state, CarrierBlock block)
    {
        Check(block.Position == state.Tail, state, "position", state.Tail, block.Position);
        Check(block.Number == state.NextBlock, state, "block number", state.NextBlock, block.Number);
        Check(block.PreviousCrc == state.LastCrc, state, "CRC of the block before", state.LastCrc, block.PreviousCrc);
        var next = Continues(state, block) ? state : state with { Part = null };
        foreach (var entry in block.Entries)
        {
            next = With(next, entry);
        }

        next = next with
        {
            Tail = state.Tail + block.Length,
            CarrierBlocks = state.CarrierBlocks + 1,
            NextBlock = state.NextBlock + 1,
            LastCrc = block.Crc,
        };
        return block.Seal is { } seal ? Follow(next, seal) : next;
    }

    /// <summary>Whether a block begins with the rest of the piece that the block before ended with.</summary>
    public static bool Continues(SharedState state, CarrierBlock block) =>
        state.Part is { } part
        && block.Entries is [{ Kind: CarrierEntryKind.Piece } rest, ..]
        && rest.Id == part.Id && rest.Position == part.Position + part.Length;

    /// <summary>The state behind an entry.</summary>
    /// <exception cref="CorruptDataException">Nobody can have written it there.</exception>
    public static SharedState With(SharedState state, in CarrierEntry entry) => entry.Kind switch
    {
        CarrierEntryKind.Creation => Create(state, entry),
        CarrierEntryKind.Piece => Grow(state, entry),
        CarrierEntryKind.Part => BeginToGrow(state, entry),
        _ => Delete(state, entry),
    };

    /// <summary>The state behind a seal, of which nothing else is known.</summary>
    /// <param name="log">The shared log.</param>
    /// <param name="seal">The last block of a carrier.</param>
    public static SharedState Behind(SharedLogId log, CarrierBlock seal)
    {
        var content = seal.Seal ?? throw new CorruptDataException(
            $"Shared log {log}: expected a seal at position {seal.Position}, found another block.");
        return SharedState.Empty(log, content.Successor) with
        {
            CarrierNumber = content.CarrierNumber + 1,
            NextBlock = seal.Number + 1,
            LastCrc = seal.Crc,
            NextId = content.NextId,
            Segments = content.Segments.ToImmutableSortedDictionary(static one => one.Id, static one => one),
            Ids = content.Segments.ToImmutableDictionary(
                static one => one.Name, static one => one.Id, StringComparer.Ordinal),
        };
    }

    /// <summary>Whether the carrier must be sealed before the next block.</summary>
    public static bool ShouldRoll(SharedState state, SharedTuning tuning) =>
        state.Part is null && (state.Tail >= tuning.CarrierBytes || state.CarrierBlocks >= tuning.CarrierBlocks);

    private static SharedState Create(SharedState state, in CarrierEntry entry)
    {
        Check(entry.Id == state.NextId, state, "number of a new segment", state.NextId, entry.Id);
        Check(!state.Ids.ContainsKey(entry.Name), state, "a new name", "", entry.Name);
        return state with
        {
            NextId = entry.Id + 1,
            Segments = state.Segments.Add(entry.Id, new CarriedSegment(entry.Id, entry.Name, Length: 0)),
            Ids = state.Ids.Add(entry.Name, entry.Id),
        };
    }

    private static SharedState Grow(SharedState state, in CarrierEntry entry)
    {
        var segment = Known(state, entry);
        var begun = state.Part is { } part && part.Id == entry.Id ? part.Length : 0;
        Check(
            entry.Position == segment.Length + begun, state, "position in a segment", segment.Length, entry.Position);
        return state with
        {
            Segments = state.Segments.SetItem(
                entry.Id, segment with { Length = entry.Position + entry.Length }),
            Part = null,
        };
    }

    private static SharedState BeginToGrow(SharedState state, in CarrierEntry entry)
    {
        var segment = Known(state, entry);
        Check(entry.Position == segment.Length, state, "position in a segment", segment.Length, entry.Position);
        return state with { Part = entry };
    }

    private static SharedState Delete(SharedState state, in CarrierEntry entry)
    {
        var segment = Known(state, entry);
        return state with { Segments = state.Segments.Remove(entry.Id), Ids = state.Ids.Remove(segment.Name) };
    }

    private static CarriedSegment Known(SharedState state, in CarrierEntry entry) =>
        state.Segments.GetValueOrDefault(entry.Id) ?? throw new CorruptDataException(
            $"Carrier {state.Carrier}, block {state.NextBlock}: expected the number of a segment, found {entry.Id}.");

    private static SharedState Follow(SharedState state, CarrierSeal seal)
    {
        Check(seal.CarrierNumber == state.CarrierNumber, state, "carrier", state.CarrierNumber, seal.CarrierNumber);
        Check(seal.NextId == state.NextId, state, "number of the next segment", state.NextId, seal.NextId);
        return state with
        {
            Carrier = seal.Successor,
            CarrierNumber = state.CarrierNumber + 1,
            Tail = 0,
            CarrierBlocks = 0,
            Part = null,
        };
    }

    private static void Check<T>(bool holds, SharedState state, string what, T expected, T found)
    {
        if (!holds)
        {
            throw new CorruptDataException(
                $"Carrier {state.Carrier}, position {state.Tail}: expected {what} {expected}, found {found}.");
        }
    }
}
