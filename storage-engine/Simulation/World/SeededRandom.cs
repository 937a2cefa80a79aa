using System.Numerics;

namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// Randomness that follows from a seed alone, on every machine and runtime: xoshiro256**, filled by SplitMix64
/// (Blackman and Vigna). Nothing of it is shared, so it is for one thread only.
/// </summary>
#pragma warning disable RS0030 // The one class that may be a source of randomness without being handed one.
public sealed class SeededRandom : Random
#pragma warning restore RS0030
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong _seed;
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>The stream of a seed.</summary>
    public SeededRandom(ulong seed)
    {
        _seed = seed;
        (_a, _b, _c, _d) = unchecked((
            Mix(seed + Golden), Mix(seed + (2 * Golden)), Mix(seed + (3 * Golden)), Mix(seed + (4 * Golden))));
    }

    /// <summary>
    /// The stream that belongs to a name and a number; independent of how much was drawn from this one, so that what
    /// one part of a simulation draws does not change what another draws.
    /// </summary>
    public SeededRandom Fork(string name, long number = 0) => new(Derive(_seed, name, number));

    /// <summary>The seed of <see cref="Fork"/>.</summary>
    public static ulong Derive(ulong seed, string name, long number)
    {
        var hash = Mix(seed);
        foreach (var character in name)
        {
            hash = Mix(unchecked(hash + Golden) ^ character);
        }

        return Mix(unchecked(hash + Golden) ^ unchecked((ulong)number));
    }

    /// <summary>True in <paramref name="share"/> of all draws, from 0 for never to 1 for always.</summary>
    public bool Chance(double share) => NextDouble() < share;

    /// <summary>One of the values.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[Next(values.Length)];

    /// <summary>A duration from one bound to the other, by the tick.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to) => TimeSpan.FromTicks(NextInt64(from.Ticks, to.Ticks + 1));

    /// <summary>A duration from one bound to the other, by the tick, in milliseconds.</summary>
    public TimeSpan Milliseconds(int from, int to) =>
        Between(TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to));

    /// <inheritdoc/>
    public override int Next() => (int)(NextUInt64() >> 33);

    /// <inheritdoc/>
    public override int Next(int maxValue) => (int)Below((ulong)maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) =>
        (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));

    /// <inheritdoc/>
    public override long NextInt64() => (long)(NextUInt64() >> 1);

    /// <inheritdoc/>
    public override long NextInt64(long maxValue) => (long)Below((ulong)maxValue);

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue) =>
        unchecked(minValue + (long)Below((ulong)(maxValue - minValue)));

    /// <inheritdoc/>
    public override double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1U << 24));

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(8, buffer.Length)..])
        {
            var bits = NextUInt64();
            for (var at = 0; at < Math.Min(8, buffer.Length); at++)
            {
                buffer[at] = unchecked((byte)(bits >> (8 * at)));
            }
        }
    }

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    // Multiply and shift (Lemire): the bias of 2^-32 and less does not matter to a simulation.
    private ulong Below(ulong bound) => bound == 0 ? 0 : Math.BigMul(NextUInt64(), bound, out _);

    private ulong NextUInt64()
    {
        unchecked
        {
            var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
            var shifted = _b << 17;
            _c ^= _a;
            _d ^= _b;
            _b ^= _c;
            _a ^= _d;
            _c ^= shifted;
            _d = BitOperations.RotateLeft(_d, 45);
            return result;
        }
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
