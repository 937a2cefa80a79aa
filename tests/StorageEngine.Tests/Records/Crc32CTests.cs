using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_catalogue_of_checksums_is_met() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void No_bytes_have_the_checksum_zero() => Assert.Equal(Crc32C.Empty, Crc32C.Compute([]));

    // RFC 3720, appendix B.4 prints the checksums with the least significant byte first.
    [Theory]
    [InlineData("00", 0x8A9136AAu)]
    [InlineData("FF", 0x62A8AB43u)]
    public void Thirty_two_equal_bytes_have_the_checksum_of_the_standard(string each, uint expected)
    {
        var bytes = Enumerable.Repeat(Convert.FromHexString(each)[0], 32).ToArray();

        Assert.Equal(expected, Crc32C.Compute(bytes));
    }

    [Fact]
    public void Rising_bytes_have_the_checksum_of_the_standard() =>
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]));

    [Fact]
    public void A_checksum_can_be_taken_in_parts_at_any_border() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Double.Unit).Sample(static (bytes, share) =>
        {
            var border = (int)(share * bytes.Length);

            return Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, border)), bytes.AsSpan(border))
                == Crc32C.Compute(bytes);
        });

    [Fact]
    public void Every_byte_counts_as_the_definition_says() =>
        Gen.Byte.Array[0, 200].Sample(static bytes => Crc32C.Compute(bytes) == BitByBit(bytes));

    // The lengths on both sides of where three runs are taken at once, and those with one run of each kind.
    [Theory]
    [InlineData(191)]
    [InlineData(192)]
    [InlineData(193)]
    [InlineData(3_071)]
    [InlineData(3_072)]
    [InlineData(3_073)]
    [InlineData(3_072 + 192 + 15)]
    [InlineData(100_003)]
    public void Many_bytes_have_the_checksum_that_the_definition_says(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);

        Assert.Equal(BitByBit(bytes), Crc32C.Compute(bytes));
    }

    [Fact]
    public void A_sequence_has_the_checksum_of_its_bytes_in_a_row()
    {
        var first = new Part([1, 2, 3]);
        var last = first.Followed([4, 5]).Followed([6, 7, 8, 9, 10, 11]);
        var sequence = new ReadOnlySequence<byte>(first, 1, last, 5);

        Assert.Equal(Crc32C.Compute([2, 3, 4, 5, 6, 7, 8, 9, 10]), Crc32C.Compute(sequence));
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var state = uint.MaxValue;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                state = (state & 1) == 0 ? state >> 1 : (state >> 1) ^ 0x82F63B78u;
            }
        }

        return ~state;
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(byte[] bytes) => Memory = bytes;

        public Part Followed(byte[] bytes)
        {
            var next = new Part(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
