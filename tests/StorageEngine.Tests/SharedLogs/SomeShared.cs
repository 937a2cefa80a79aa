using System.Buffers;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>A shared log in memory, block by block.</summary>
internal static class SomeShared
{
    public static readonly SharedLogId Log = new("g-test");
    public static readonly SegmentName Carrier = SharedKeys.CarrierName(Log, 0, 1);

    public static SharedState Empty => SharedState.Empty(Log, Carrier);

    /// <summary>A shared log that carries segments a, b, … of the given lengths.</summary>
    public static SharedState Of(params int[] lengths)
    {
        var state = Empty;
        for (var id = 0; id < lengths.Length; id++)
        {
            state = SharedRules.With(state, CarrierEntry.Create(id, Name(id).Value));
            state = lengths[id] == 0 ? state : SharedRules.With(state, CarrierEntry.Piece(id, 0, lengths[id]));
        }

        return state;
    }

    public static SegmentName Name(int id) => new($"shared/{Log}/{(char)('a' + id)}");

    public static ReadOnlySequence<byte> Bytes(int count, byte value = 7) =>
        new(Enumerable.Repeat(value, count).ToArray());

    public static SharedWrite Append(int id, long position, int count) =>
        new(SharedWriteKind.Append, Name(id), position, Bytes(count));

    public static SharedWrite Create(int id) => new(SharedWriteKind.Create, Name(id), 0, default);

    public static SharedWrite Delete(int id) => new(SharedWriteKind.Delete, Name(id), 0, default);

    /// <summary>The block of some entries, whose pieces are full of sevens.</summary>
    public static CarrierBlock Block(SharedState state, params CarrierEntry[] entries) => CarrierEncoder.Encode(
        state,
        nonce: 1,
        writtenAt: 2,
        [.. entries],
        [.. entries.Where(static entry => entry.HasBytes).Select(static entry => Bytes(entry.Length))]).Block;
}
