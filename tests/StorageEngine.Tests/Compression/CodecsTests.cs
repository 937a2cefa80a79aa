using System.Buffers;
using System.Text;
using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Compression;

public sealed class CodecsTests
{
    private const string Text = "kafkakafkakafkakafka";

    private static readonly Codecs Codecs = new();

    private static readonly Gen<CompressionType> AnyType = Gen.Int[1, 4].Select(static i => (CompressionType)i);

    // Long runs with noise between them, so that both copies and literals occur.
    private static readonly Gen<byte[]> AnyBytes = Gen
        .Select(Gen.Byte, Gen.Int[0, 5000], Gen.Byte.Array[0, 50])
        .Select(static (value, times, noise) => Enumerable.Repeat(value, times + 1).Concat(noise))
        .Array[1, 20]
        .Select(static parts => parts.SelectMany(static part => part).ToArray());

    public static TheoryData<CompressionType> Types =>
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    // Made with the tools of each format: gzip, the lz4 and zstd commands (with and without their options for
    // checksums and dependent blocks); the snappy bytes by hand: a length of 20, a literal of 5, a copy of 15 from 5
    // back.
    [Theory]
    [InlineData(CompressionType.Gzip, "1f8b0800000000000203cb4e4ccb4ecc462500d24db45e14000000")]
    [InlineData(CompressionType.Snappy, "14106b61666b613a0500")]
    [InlineData(CompressionType.Snappy, "82534e415050590000000001000000010000000a14106b61666b613a0500")]
    [InlineData(
        CompressionType.Snappy,
        "82534e41505059000000000100000001" + "0000000705106b61666b61" + "0000000a0f106b61666b61260500")]
    [InlineData(CompressionType.Lz4, "04224d186440a70e000000566b61666b610500506b61666b6100000000e9778640")]
    [InlineData(CompressionType.Lz4, "04224d186040820e000000566b61666b610500506b61666b6100000000")]
    [InlineData(CompressionType.Zstd, "28b52ffd04585d0000286b61666b610100e88a16494783bf")]
    [InlineData(CompressionType.Zstd, "28b52ffd20145d0000286b61666b610100e88a16")]
    public void What_other_tools_have_compressed_is_restored(CompressionType type, string hex)
    {
        var restored = Codecs.Decompress(type, Convert.FromHexString(hex), Text.Length);

        Assert.Equal(Text, Encoding.UTF8.GetString(restored.Span));
    }

    [Fact]
    public void What_is_compressed_is_restored_byte_for_byte() =>
        Gen.Select(AnyType, AnyBytes).Sample(
            static (type, bytes) =>
                Codecs.Decompress(type, Codecs.Compress(type, bytes), bytes.Length).Span.SequenceEqual(bytes),
            iter: 200);

    [Fact]
    public void In_memory_of_the_callers_the_bytes_are_the_same() =>
        Gen.Select(AnyType, AnyBytes).Sample(
            static (type, bytes) =>
            {
                var (compressed, restored) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
                restored.Write("before"u8);
                Codecs.Compress(type, bytes, compressed);
                Codecs.Decompress(type, compressed.WrittenMemory, bytes.Length, restored);

                Assert.True(Codecs.Compress(type, bytes).Span.SequenceEqual(compressed.WrittenSpan));
                Assert.Equal([.. "before"u8, .. bytes], restored.WrittenSpan);
            },
            iter: 200);

    [Theory]
    [MemberData(nameof(Types))]
    public void Memory_of_the_callers_gets_no_more_than_the_limit(CompressionType type)
    {
        var compressed = Codecs.Compress(type, new byte[1_000_000]);
        var restored = new ArrayBufferWriter<byte>();

        Assert.Throws<InvalidDataException>(() => Codecs.Decompress(type, compressed, 999_999, restored));

        Assert.InRange(restored.WrittenCount, 0, 999_999);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_small_body_cannot_grow_past_the_limit(CompressionType type)
    {
        var compressed = Codecs.Compress(type, new byte[1_000_000]);

        Assert.Equal(1_000_000, Codecs.Decompress(type, compressed, 1_000_000).Length);
        Assert.Throws<InvalidDataException>(() => Codecs.Decompress(type, compressed, 999_999));
        Assert.Throws<InvalidDataException>(() => Codecs.Decompress(type, compressed, 0));
    }

    // FFFFFFFF07 states 2^31 - 1 bytes; 80C2D72F states 100,000,000, which the limit allows and 10 bytes cannot give.
    [Theory]
    [InlineData("FFFFFFFF07" + "106B61666B61")]
    [InlineData("80C2D72F" + "106B61666B61")]
    [InlineData("82534E41505059000000000100000001" + "0000000A" + "80C2D72F" + "106B61666B61")]
    public void A_stated_length_that_snappy_cannot_reach_is_refused_before_it_is_allocated(string hex)
    {
        var compressed = Convert.FromHexString(hex);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(
            () => Codecs.Decompress(CompressionType.Snappy, compressed, RecordBatchReader.DecompressedBytesMax));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("82534E4150505900000000010000")] // ends inside the frame's header
    [InlineData("82534E41505059000000000100000001" + "000000")] // ends inside a block's length
    [InlineData("82534E41505059000000000100000001" + "00000000")] // a block of no bytes
    [InlineData("82534E41505059000000000100000001" + "FFFFFFFF")] // a block of -1 bytes
    [InlineData("82534E41505059000000000100000001" + "0000000B" + "14106B61666B613A0500")] // one byte is missing
    public void A_broken_snappy_frame_is_refused(string hex) =>
        Assert.Throws<InvalidDataException>(
            () => Codecs.Decompress(CompressionType.Snappy, Convert.FromHexString(hex), 1000));

    [Theory]
    [MemberData(nameof(Types))]
    public void No_bytes_are_not_a_compressed_body(CompressionType type) =>
        Assert.Throws<InvalidDataException>(() => Codecs.Decompress(type, ReadOnlyMemory<byte>.Empty, 1000));

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData((CompressionType)5)]
    public void A_type_without_a_codec_is_refused(CompressionType type)
    {
        Assert.Throws<InvalidDataException>(() => Codecs.Decompress(type, new byte[10], 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Codecs.Compress(type, new byte[10]));
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_restored_within_the_limit_and_never_fail_otherwise() =>
        Gen.Select(AnyType, AnyBytes, Gen.Int.Array[1, 5], Gen.OneOf(Gen.Const(1.0), Gen.Double.Unit)).Sample(
            static (type, bytes, damage, share) =>
            {
                var compressed = Codecs.Compress(type, bytes).ToArray();
                var kept = compressed.AsMemory(0, 1 + (int)(share * (compressed.Length - 1)));
                foreach (var place in damage)
                {
                    kept.Span[(int)((uint.MaxValue & place) % kept.Length)] ^= (byte)(1 << (place & 7));
                }

                return IsRefusedOrWithin(type, kept, bytes.Length + 100);
            },
            iter: 500);

    [Fact]
    public void Noise_is_refused_or_restored_within_the_limit_and_never_fails_otherwise() =>
        Gen.Select(AnyType, Gen.Int[0, 12], Gen.Byte.Array[0, 100]).Sample(
            static (type, head, noise) =>
            {
                var real = Codecs.Compress(type, "kafkakafka"u8);
                byte[] bytes = [.. real.Span[..Math.Min(head, real.Length)], .. noise];
                return IsRefusedOrWithin(type, bytes, 10_000);
            },
            iter: 500);

    [Fact]
    public void Lz4_blocks_do_not_depend_on_each_other_because_the_Java_client_reads_no_others()
    {
        var compressed = Codecs.Compress(CompressionType.Lz4, new byte[200_000]);

        // The frame's FLG byte (LZ4 frame format, 1.6): version 01, block independence set, nothing else.
        Assert.Equal(0x60, compressed.Span[4]);
        // The BD byte: blocks of at most 64 KiB.
        Assert.Equal(0x40, compressed.Span[5]);
    }

    private static bool IsRefusedOrWithin(CompressionType type, ReadOnlyMemory<byte> bytes, int lengthMax)
    {
        try
        {
            return Codecs.Decompress(type, bytes, lengthMax).Length <= lengthMax;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
