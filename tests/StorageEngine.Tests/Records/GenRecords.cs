using CsCheck;
using Serverless.StorageEngine.Records;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Records;

/// <summary>
/// Arbitrary records, with every kind of nothing: null and empty keys, values, headers and header values.
/// </summary>
internal static class GenRecords
{
    private static readonly Gen<ReadOnlyMemory<byte>?> Bytes = Gen.OneOf(
        Gen.Const((ReadOnlyMemory<byte>?)null),
        Gen.Byte.Array[0, 100].Select(static bytes => (ReadOnlyMemory<byte>?)bytes),
        Gen.Int[0, 300].Select(static length => (ReadOnlyMemory<byte>?)new byte[length]));

    // Any text that UTF-8 can carry: a lone half of a surrogate pair comes back as U+FFFD, as in every client.
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.Const(""), Gen.Const("naïve ☃ 🛫"), Gen.String.AlphaNumeric);

    private static readonly Gen<IReadOnlyList<RecordHeader>> Headers = Gen
        .Select(Name, Bytes, static (name, value) => new RecordHeader(name, value))
        .Array[0, 4]
        .Select(static headers => (IReadOnlyList<RecordHeader>)headers);

    private static readonly Gen<long> Timestamp = Gen.OneOf(
        Gen.Long[0, long.MaxValue], Gen.Long[1_700_000_000_000, 1_700_000_100_000], Gen.Const(0L));

    public static Gen<Record[]> Some { get; } = Gen
        .Select(Timestamp, Bytes, Bytes, Headers, static (timestamp, key, value, headers) =>
            new Record(0, timestamp, key, value, headers))
        .Array[1, 40];

    public static Gen<CompressionType> Compression { get; } = Gen.Int[0, 4].Select(static i => (CompressionType)i);

    public static RecordBatchBuilder Builder(IReadOnlyList<Record> records)
    {
        var builder = new RecordBatchBuilder(capacity: 0);
        foreach (var record in records)
        {
            builder.Append(record.Timestamp, record.Key, record.Value, record.Headers);
        }

        return builder;
    }
}
