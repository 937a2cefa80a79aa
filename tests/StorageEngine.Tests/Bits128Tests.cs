using CsCheck;

namespace Serverless.StorageEngine.Tests;

public sealed class Bits128Tests
{
    private static readonly Gen<UInt128> Numbers =
        Gen.Select(Gen.ULong, Gen.ULong, static (high, low) => new UInt128(high, low));

    [Fact]
    public void Bits_are_written_highest_byte_first_and_read_again() => Numbers.Sample(static number =>
    {
        var bytes = new byte[Bits128.Size];
        Bits128.Write(bytes, number);

        Assert.Equal(number, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
        Assert.Equal(number, (UInt128)Bits128.Read(bytes));
    });

    [Fact]
    public void Bits_are_32_hexadecimal_digits_as_a_text() => Numbers.Sample(static number =>
    {
        var text = ((Bits128)number).ToString();

        Assert.Equal(number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture), text);
        Assert.True(Bits128.TryParse(text.ToUpperInvariant(), out var read));
        Assert.Equal(number, (UInt128)read);
    });

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000g")]
    [InlineData(" 0000000000000000000000000000001")]
    [InlineData("-0000000000000000000000000000001")]
    public void Any_other_text_is_refused(string text) => Assert.False(Bits128.TryParse(text, out _));

    [Fact]
    public void Bits_are_ordered_as_numbers() => Gen.Select(Numbers, Numbers).Sample(static (left, right) =>
        Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(((Bits128)left).CompareTo(right))));
}
