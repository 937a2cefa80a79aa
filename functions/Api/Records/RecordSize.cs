using System.Numerics;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>How many bytes a record takes in a batch, before it is put there. Pure.</summary>
internal static class RecordSize
{
    // Behind the first record of a batch the timestamp delta may take 9 bytes more, the offset delta 4, the length 1.
    private const int LaterRecordBytesMax = 14;

    /// <summary>The exact size in bytes of a batch that holds nothing but this record.</summary>
    /// <param name="record">The record.</param>
    public static long OfSingleBatch(in ProduceRecord record)
    {
        // Attributes, timestamp delta 0 and offset delta 0 take one byte each.
        var body = 3L + OfBytes(record.Key) + OfBytes(record.Value) + OfVarint(record.Headers.Count);
        for (var i = 0; i < record.Headers.Count; i++)
        {
            var name = Encoding.UTF8.GetByteCount(record.Headers[i].Name);
            body += OfVarint(name) + name + OfBytes(record.Headers[i].Value);
        }

        return RecordBatch.HeaderBytes + OfVarint(body) + body;
    }

    /// <summary>The most bytes by which the record makes a batch grow that has records already.</summary>
    /// <param name="singleBatch">The record's <see cref="OfSingleBatch"/>.</param>
    public static long GrowthMax(long singleBatch) => singleBatch - RecordBatch.HeaderBytes + LaterRecordBytesMax;

    private static long OfBytes(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? OfVarint(some.Length) + some.Length : 1;

    // Zig-zag doubles a value that is not negative, so each byte carries 7 bits of twice the value.
    private static int OfVarint(long value) => (BitOperations.Log2((ulong)(value << 1) | 1) / 7) + 1;
}
