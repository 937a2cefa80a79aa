using System.Text;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Records;

public sealed class RequestFingerprintTests
{
    private static readonly ProduceRecord Plain = new(null, null, "v"u8.ToArray(), [], null);

    public static TheoryData<string> Differences => ["partition", "key", "value", "no value", "empty key", "timestamp"];

    [Fact]
    public void The_same_records_have_the_same_fingerprint() =>
        Assert.Equal(Of(Plain, Plain), Of(Plain with { Value = "v"u8.ToArray() }, Plain));

    [Theory]
    [MemberData(nameof(Differences))]
    public void Partition_key_value_and_the_clients_own_timestamp_count(string difference)
    {
        var other = difference switch
        {
            "partition" => Plain with { Partition = 0 },
            "key" => Plain with { Key = "v"u8.ToArray(), Value = null },
            "value" => Plain with { Value = "w"u8.ToArray() },
            "no value" => Plain with { Value = null },
            "empty key" => Plain with { Key = ReadOnlyMemory<byte>.Empty },
            _ => Plain with { Timestamp = 0 },
        };

        Assert.NotEqual(Of(Plain), Of(other));
    }

    [Fact]
    public void The_headers_of_a_try_do_not_count() => Assert.Equal(
        Of(Plain), Of(Plain with { Headers = [new RecordHeader("traceparent", "00-1"u8.ToArray())] }));

    [Theory]
    [InlineData("ce_id")]
    [InlineData("ce_source")]
    public void The_headers_that_tell_events_apart_count(string name) => Assert.NotEqual(
        Of(Plain with { Headers = [new RecordHeader(name, "1"u8.ToArray())] }),
        Of(Plain with { Headers = [new RecordHeader(name, "2"u8.ToArray())] }));

    [Fact]
    public void Records_do_not_run_into_each_other() =>
        Assert.NotEqual(
            Of(Plain with { Value = "ab"u8.ToArray() }, Plain with { Value = "c"u8.ToArray() }),
            Of(Plain with { Value = "a"u8.ToArray() }, Plain with { Value = "bc"u8.ToArray() }));

    [Fact]
    public void Batches_count_with_their_records()
    {
        Assert.Equal(Of(BatchOf("a"), BatchOf("b")), Of(BatchOf("a"), BatchOf("b")));
        Assert.NotEqual(Of(BatchOf("a"), BatchOf("b")), Of(BatchOf("b"), BatchOf("a")));
    }

    private static uint Of(params ReadOnlySpan<ProduceRecord> records)
    {
        var fingerprint = default(RequestFingerprint);
        foreach (var record in records)
        {
            fingerprint.Add(record);
        }

        return fingerprint.Value;
    }

    private static uint Of(params ReadOnlySpan<RecordBatch> batches)
    {
        var fingerprint = default(RequestFingerprint);
        foreach (var batch in batches)
        {
            fingerprint.Add(batch);
        }

        return fingerprint.Value;
    }

    private static RecordBatch BatchOf(string value)
    {
        var builder = new RecordBatchBuilder();
        builder.Append(0, null, Encoding.UTF8.GetBytes(value), []);
        return builder.Build();
    }
}
