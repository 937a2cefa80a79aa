using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

/// <summary>Reads of a partition that a compaction has taken records out of: offsets 0 to 9 have "c" at 2 and "f" at 5
/// left, and "k" follows at 10.</summary>
public sealed class GappedReadsTests
{
    // Places in the header of a batch: the checksum covers everything from the attributes on.
    private const int ChecksumAt = 17;
    private const int AttributesAt = 21;
    private const int LastOffsetDeltaAt = 23;

    [Fact]
    public async Task Pages_of_one_record_are_never_empty_before_the_end()
    {
        await using var server = await StartAsync();
        var (values, next) = (new List<string>(), 0L);

        for (var more = true; more;)
        {
            var page = await server.ReadAsync($"/topics/t/partitions/0/records?offset={next}&limit=1");
            more = page.Values().Count > 0;
            values.AddRange(page.Values());
            next = page.GetProperty("next_offset").GetInt64();
        }

        Assert.Equal(["\"c\"", "\"f\"", "\"k\""], values);
        Assert.Equal(11, next);
    }

    [Theory]
    [InlineData(0, 2, "2 5", 10)]
    [InlineData(0, 1, "2", 5)]
    [InlineData(3, 1, "5", 10)]
    [InlineData(3, 9, "5 10", 11)]
    [InlineData(6, 1, "10", 11)]
    [InlineData(9, 9, "10", 11)]
    public async Task A_page_begins_behind_a_gap_and_names_where_to_go_on(
        int offset, int limit, string offsets, int next)
    {
        await using var server = await StartAsync();

        var page = await server.ReadAsync($"/topics/t/partitions/0/records?offset={offset}&limit={limit}");

        Assert.Equal(
            offsets.Split(' '),
            page.GetProperty("records").EnumerateArray().Select(static one => one.GetProperty("offset").ToString()));
        Assert.Equal(next, page.GetProperty("next_offset").GetInt64());
    }

    [Fact]
    public async Task Whole_batches_are_given_as_they_are_stored()
    {
        await using var server = await StartAsync();

        using var response = await server.GetAsync("/topics/t/partitions/0/batches?offset=1&max_bytes=1");

        Assert.Equal("10", response.Headers.GetValues("Next-Offset").Single());
        var bytes = await response.Content.ReadAsByteArrayAsync(NativeClient.Token);
        Assert.Equal(9, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(LastOffsetDeltaAt)));
    }

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("t");
        foreach (var batch in new[] { Gapped(), BatchOf("k") })
        {
            await server.Log.AppendAsync(topic, 0, batch, NativeClient.Token);
        }

        return server;
    }

    // Ten records of 8 bytes each, of which two stay: a compaction leaves them where they stood.
    private static RecordBatch Gapped()
    {
        var batch = BatchOf("c", "f");
        Assert.True(MemoryMarshal.TryGetArray(batch.Bytes, out var array));
        var bytes = array.AsSpan();
        BinaryPrimitives.WriteInt32BigEndian(bytes[LastOffsetDeltaAt..], 9);

        // Length, attributes and timestamp delta stand before the offset delta, which is a zig-zag varint.
        bytes[RecordBatch.HeaderBytes + 3] = 2 * 2;
        bytes[RecordBatch.HeaderBytes + 8 + 3] = 5 * 2;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[ChecksumAt..], Crc32C.Compute(bytes[AttributesAt..]));
        return batch;
    }

    private static RecordBatch BatchOf(params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1_000, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build(CompressionType.None, new Codecs());
    }
}
