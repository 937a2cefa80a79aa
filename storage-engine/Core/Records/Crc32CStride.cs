using System.Numerics;
using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// Takes CRC-32C over three runs of one length at once and puts the three together. The processor's instruction can
/// begin each cycle and needs three to end, so one run alone leaves it idle two thirds of the time.
/// </summary>
internal sealed class Crc32CStride
{
    private const int Lanes = 3;

    private readonly int _bytes;

    // What a state becomes behind as many zero bytes as a run has, for each value of each of its four bytes: taking
    // the checksum of zeros is linear, so the parts of a state are advanced by themselves.
    private readonly uint[] _advanced = new uint[4 * 256];

    /// <summary>Prepares the putting together.</summary>
    /// <param name="bytes">The length of one run, a multiple of 8.</param>
    public Crc32CStride(int bytes)
    {
        _bytes = bytes;
        for (var bit = 0; bit < 32; bit++)
        {
            var state = 1u << bit;
            for (var at = 0; at < bytes; at += sizeof(ulong))
            {
                state = BitOperations.Crc32C(state, 0UL);
            }

            _advanced[(bit / 8 * 256) + (1 << (bit % 8))] = state;
        }

        for (var place = 0; place < _advanced.Length; place++)
        {
            var value = place % 256;
            var lowest = value & -value;
            _advanced[place] = _advanced[place - value + lowest] ^ _advanced[place - lowest];
        }
    }

    /// <summary>Folds as many bytes from the front as make whole runs, and takes them off.</summary>
    /// <param name="state">The register of the checksum, which is its complement.</param>
    /// <param name="bytes">What to fold.</param>
    /// <returns>The register behind them.</returns>
    public uint Fold(uint state, ref ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= Lanes * _bytes)
        {
            var first = MemoryMarshal.Cast<byte, ulong>(bytes[.._bytes]);
            var second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(_bytes, _bytes))[..first.Length];
            var third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * _bytes, _bytes))[..first.Length];
            var (two, three) = (0u, 0u);
            for (var at = 0; at < first.Length; at++)
            {
                state = BitOperations.Crc32C(state, first[at]);
                two = BitOperations.Crc32C(two, second[at]);
                three = BitOperations.Crc32C(three, third[at]);
            }

            state = Advance(Advance(state) ^ two) ^ three;
            bytes = bytes[(Lanes * _bytes)..];
        }

        return state;
    }

    private uint Advance(uint state) =>
        _advanced[state & 255]
        ^ _advanced[256 + ((state >> 8) & 255)]
        ^ _advanced[512 + ((state >> 16) & 255)]
        ^ _advanced[768 + (state >> 24)];
}
