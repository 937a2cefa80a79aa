using System.Buffers.Binary;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

/// <summary>One record batch written down by hand after KIP-98, its CRC-32C by a separate bit-by-bit program.</summary>
internal static class GoldenBatch
{
    public const long Timestamp = 1_700_000_000_000;

    public static byte[] Bytes => Convert.FromHexString(string.Concat(
        "0000000000000000", // base offset 0
        "00000049", //         batch length: 73 bytes follow, 85 in all
        "FFFFFFFF", //         leader epoch -1
        "02", //               magic 2
        "A6FB96A0", //         CRC-32C of everything below
        "0000", //             attributes: not compressed, CreateTime
        "00000001", //         last offset delta 1
        "0000018BCFE56800", // base timestamp 1,700,000,000,000
        "0000018BCFE5680A", // largest timestamp, 10 ms later
        "0000000000000FA1", // producer id 4001
        "0003", //             producer epoch 3
        "00000007", //         base sequence 7
        "00000002", //         2 records
        First,
        Second));

    public const int FirstRecord = 61;

    public const int SecondRecord = 78;

    /// <summary>The batch with other bytes from <paramref name="position"/> on and a CRC that holds for them.</summary>
    public static byte[] With(int position, string hex)
    {
        var bytes = Bytes;
        Convert.FromHexString(hex).CopyTo(bytes, position);
        return Sealed(bytes);
    }

    /// <summary>The batch with other records, a batch length and a CRC that hold for them.</summary>
    public static byte[] WithRecords(string hex)
    {
        byte[] bytes = [.. Bytes.AsSpan(0, FirstRecord), .. Convert.FromHexString(hex)];
        return Sealed(bytes);
    }

    public static byte[] Sealed(byte[] bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - 12);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(17), Crc32C.Compute(bytes.AsSpan(21)));
        return bytes;
    }

    // A length n stands as the zig-zag varint 2n, null (-1) as 01.
    private static string First => string.Concat(
        "20", //     16 bytes follow
        "00", //     attributes
        "00", //     timestamp delta 0
        "00", //     offset delta 0
        "026B", //   key of 1 byte: k
        "047631", // value of 2 bytes: v1
        "04", //     2 headers
        "0268", //   name of 1 byte: h
        "02FF", //   value of 1 byte: FF
        "026E", //   name of 1 byte: n
        "01"); //    value null

    private static string Second => string.Concat(
        "0C", //     6 bytes follow
        "00", //     attributes
        "14", //     timestamp delta 10
        "02", //     offset delta 1
        "01", //     key null
        "00", //     value empty
        "00"); //    no headers
}
