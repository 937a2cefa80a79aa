using CsCheck;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class VarintTests
{
    // The examples of the Protocol Buffers encoding guide for sint32 and sint64, and the borders of one, two and ten
    // bytes.
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-2, "03")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(8191, "FE7F")]
    [InlineData(8192, "808001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void A_number_has_the_bytes_of_zig_zag(long value, string hex)
    {
        Span<byte> bytes = stackalloc byte[Varint.LongBytesMax];

        var length = Varint.Write(bytes, value);

        Assert.Equal(hex, Convert.ToHexString(bytes[..length]));
        Assert.Equal(length, Varint.LengthOf(value));
    }

    [Fact]
    public void Every_number_is_read_back() =>
        Gen.OneOf(Gen.Long, Gen.Int.Select(static value => (long)value), Gen.Long[-300, 300]).Sample(static value =>
        {
            Span<byte> bytes = stackalloc byte[Varint.LongBytesMax];
            var length = Varint.Write(bytes, value);
            int positionOfLong = 0, positionOfInt = 0;

            var isLong = Varint.TryReadLong(bytes, ref positionOfLong, out var asLong);
            var isInt = Varint.TryReadInt(bytes, ref positionOfInt, out var asInt);

            return isLong && asLong == value && positionOfLong == length && length == Varint.LengthOf(value)
                && isInt == value is >= int.MinValue and <= int.MaxValue
                && (!isInt || (asInt == value && positionOfInt == length));
        });

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFFFF02")] // bit 64
    [InlineData("8080808080808080808000")] // eleven bytes
    public void Bytes_that_end_too_early_or_hold_too_much_are_no_number(string hex)
    {
        var position = 0;

        Assert.False(Varint.TryReadLong(Convert.FromHexString(hex), ref position, out _));
    }

    [Theory]
    [InlineData("FFFFFFFF1F")] // bit 32
    [InlineData("808080808000")] // six bytes
    public void A_number_of_more_than_32_bits_is_no_int(string hex)
    {
        var position = 0;

        Assert.False(Varint.TryReadInt(Convert.FromHexString(hex), ref position, out _));
    }
}
