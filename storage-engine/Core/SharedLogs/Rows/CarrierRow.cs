using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Rows;

/// <summary>The row of a sealed carrier.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="CarrierNumber">Its number.</param>
/// <param name="SealPosition">Where its last block begins, which holds the index.</param>
/// <param name="SealLength">That block's bytes.</param>
/// <param name="Segments">Which segments of the shared log lie in it; see <see cref="Of"/>.</param>
internal sealed record CarrierRow(
    string Carrier, int CarrierNumber, long SealPosition, int SealLength, byte[] Segments)
{
    /// <summary>The carrier's bytes.</summary>
    [JsonIgnore]
    public long Bytes => SealPosition + SealLength;

    /// <summary>Describes a carrier that was just sealed.</summary>
    /// <param name="start">The state at the carrier's first byte.</param>
    /// <param name="index">What lies where in it.</param>
    /// <param name="seal">Its last block.</param>
    public static CarrierRow Of(SharedState start, CarrierIndex index, CarrierBlock seal)
    {
        var here = index.Ids.ToHashSet();
        var target = new ArrayBufferWriter<byte>();
        var last = 0L;
        foreach (var id in start.Segments.Keys.Concat(here).Distinct().Order())
        {
            // Seven bits a byte: the difference, and the first position with a bit for "some of it lies here".
            VariableBytes.Write(target, id - last);
            VariableBytes.Write(
                target,
                ((start.Segments.GetValueOrDefault(id)?.Length ?? 0) << 1) | (here.Contains(id) ? 1L : 0L));
            last = id;
        }

        return new CarrierRow(
            start.Carrier.Value, start.CarrierNumber, seal.Position, seal.Length, target.WrittenSpan.ToArray());
    }

    /// <summary>The segments that were there when the carrier began or have bytes in it, by number: how long each was
    /// then, and whether the carrier holds any of it.</summary>
    /// <exception cref="CorruptDataException">The row does not parse.</exception>
    public ImmutableSortedDictionary<long, (long Start, bool IsHere)> ReadSegments()
    {
        var segments = ImmutableSortedDictionary.CreateBuilder<long, (long, bool)>();
        ReadOnlySpan<byte> source = Segments;
        var last = 0L;
        try
        {
            while (!source.IsEmpty)
            {
                last += VariableBytes.Read(ref source);
                var start = VariableBytes.Read(ref source);
                segments.Add(last, (start >> 1, (start & 1) == 1));
            }
        }
        catch (ArgumentException exception)
        {
            throw new CorruptDataException($"Carrier {Carrier}: the segments of its row do not parse; {exception.Message}");
        }

        return segments.ToImmutable();
    }

    /// <summary>The head row that points at this carrier's seal.</summary>
    public SharedHeadRow Head() => new(Carrier, CarrierNumber, SealPosition, SealLength, Deleted: false);
}
