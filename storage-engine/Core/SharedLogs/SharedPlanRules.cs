using System.Buffers;
using System.Collections.Immutable;
using Serverless.StorageEngine.SharedLogs.Blocks;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>What the next block of a shared log says. Pure.</summary>
internal static class SharedPlanRules
{
    /// <summary>Judges writes in the order they came, and puts as many as fit into one block.</summary>
    /// <param name="state">The shared log as this node knows it.</param>
    /// <param name="writes">The writes; those that do not fit wait for the next block.</param>
    /// <param name="tuning">The limits.</param>
    public static SharedBlockPlan Plan(SharedState state, IEnumerable<SharedWrite> writes, SharedTuning tuning)
    {
        var building = new Building(state with { Part = null }, tuning);
        foreach (var write in writes)
        {
            if (!building.TryAdd(write))
            {
                break;
            }
        }

        return building.Plan();
    }

    private sealed class Building(SharedState state, SharedTuning tuning)
    {
        private readonly ImmutableArray<CarrierEntry>.Builder _entries = ImmutableArray.CreateBuilder<CarrierEntry>();
        private readonly List<ReadOnlySequence<byte>> _pieces = [];
        private readonly List<SharedWrite> _written = [];
        private readonly List<(SharedWrite, SharedVerdict)> _refused = [];
        private ReadOnlySequence<byte> _rest;
        private SharedState _state = state;
        private int _room = CarrierFormat.RoomBytes;
        private bool _looksFirst;

        public SharedBlockPlan Plan() => new(
            _entries.DrainToImmutable(), _pieces, _written, _refused, _looksFirst, _rest);

        // False when it does not fit any more.
        public bool TryAdd(SharedWrite write)
        {
            if (!_rest.IsEmpty || _entries.Count >= CarrierFormat.EntriesMax)
            {
                return false;
            }

            if (write.Kind == SharedWriteKind.Seal)
            {
                _refused.Add((write, SharedVerdict.Taken));
                return true;
            }

            if (Judge(write) is { } verdict)
            {
                // That a segment is longer, or there, stays true; that it is not yet, another node may know better.
                _looksFirst |= verdict != SharedVerdict.Taken;
                _refused.Add((write, verdict));
                return true;
            }

            return write.Kind switch
            {
                SharedWriteKind.Create => TryAdd(
                    write,
                    CarrierEntry.Create(_state.NextId, write.Segment.Value),
                    CarrierFormat.CreationEntryBytes + write.Segment.Value.Length),
                SharedWriteKind.Append => TryAppend(write),
                _ => TryAdd(
                    write, CarrierEntry.Delete(_state.Ids[write.Segment.Value]), CarrierFormat.DeletionEntryBytes),
            };
        }

        private SharedVerdict? Judge(SharedWrite write)
        {
            var segment = _state.Find(write.Segment);
            if (write.Kind == SharedWriteKind.Create)
            {
                return segment is not null ? SharedVerdict.Taken
                    : _state.Segments.Count >= tuning.SegmentsMax ? SharedVerdict.TooMany
                    : null;
            }

            if (segment is null)
            {
                return SharedVerdict.Gone;
            }

            if (write.Kind == SharedWriteKind.Append && segment.Length != write.Position)
            {
                // A writer that knows more than this node does, or nothing can be stored there ever.
                _looksFirst |= segment.Length < write.Position;
                return SharedVerdict.Taken;
            }

            return null;
        }

        private bool TryAppend(SharedWrite write)
        {
            var length = (int)write.Bytes.Length;
            var id = _state.Ids[write.Segment.Value];
            if (length <= tuning.PieceBytesMax)
            {
                return TryAdd(
                    write,
                    CarrierEntry.Piece(id, write.Position, length),
                    CarrierFormat.PieceEntryBytes + length,
                    write.Bytes);
            }

            if (_entries.Count > 0)
            {
                return false;
            }

            var first = write.Bytes.Slice(0, tuning.PieceBytesMax);
            _rest = write.Bytes.Slice(tuning.PieceBytesMax);
            return TryAdd(
                write,
                CarrierEntry.Part(id, write.Position, tuning.PieceBytesMax),
                CarrierFormat.PieceEntryBytes + tuning.PieceBytesMax,
                first);
        }

        private bool TryAdd(
            SharedWrite write, in CarrierEntry entry, int bytes, ReadOnlySequence<byte>? piece = null)
        {
            if (bytes > _room)
            {
                return false;
            }

            _room -= bytes;
            _state = SharedRules.With(_state, entry);
            _entries.Add(entry);
            _written.Add(write);
            if (piece is { } some)
            {
                _pieces.Add(some);
            }

            return true;
        }
    }
}
