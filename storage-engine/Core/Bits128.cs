using System.Buffers.Binary;
using System.Globalization;

namespace Serverless.StorageEngine;

/// <summary>
/// 128 bits that are compared and stored, and hardly ever calculated with: an id, a nonce, a hash. Ordered as a number.
/// </summary>
/// <remarks>
/// In the place of <see cref="UInt128"/>, since no method that touches that type can be compiled ahead of time: its
/// passing in registers is not settled between versions of the runtime. With it in a topic's id, most of the engine was
/// compiled when a node started.
/// </remarks>
/// <param name="High">The higher half.</param>
/// <param name="Low">The lower half.</param>
public readonly record struct Bits128(ulong High, ulong Low) : IComparable<Bits128>
{
    /// <summary>How many bytes it is stored in.</summary>
    public const int Size = 16;

    /// <summary>How many digits it is written with.</summary>
    public const int Digits = 32;

    /// <summary>All bits 0.</summary>
    public static Bits128 Zero => default;

    /// <summary>A small number.</summary>
    public static implicit operator Bits128(ulong low) => new(0, low);

    /// <summary>The same bits.</summary>
    public static implicit operator Bits128(UInt128 value) => new((ulong)(value >> 64), unchecked((ulong)value));

    /// <summary>The same bits, to calculate with.</summary>
    public static explicit operator UInt128(Bits128 bits) => new(bits.High, bits.Low);

    /// <summary>Whether it is smaller as a number.</summary>
    public static bool operator <(Bits128 left, Bits128 right) => left.CompareTo(right) < 0;

    /// <summary>Whether it is larger as a number.</summary>
    public static bool operator >(Bits128 left, Bits128 right) => left.CompareTo(right) > 0;

    /// <summary>Whether it is not larger as a number.</summary>
    public static bool operator <=(Bits128 left, Bits128 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether it is not smaller as a number.</summary>
    public static bool operator >=(Bits128 left, Bits128 right) => left.CompareTo(right) >= 0;

    /// <summary>Reads the first <see cref="Size"/> bytes, highest first.</summary>
    public static Bits128 Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    /// <summary>Writes <see cref="Size"/> bytes, highest first.</summary>
    public static void Write(Span<byte> target, Bits128 value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, value.High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], value.Low);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">Exactly <see cref="Digits"/> hexadecimal digits of either case.</param>
    /// <param name="value">The bits; all 0 when the result is false.</param>
    /// <returns>Whether the text is that.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Bits128 value)
    {
        value = default;
        if (text.Length != Digits
            || !TryParseHalf(text[..(Digits / 2)], out var high)
            || !TryParseHalf(text[(Digits / 2)..], out var low))
        {
            return false;
        }

        value = new(high, low);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Bits128 other) =>
        High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    private static bool TryParseHalf(ReadOnlySpan<char> digits, out ulong half) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out half);
}
