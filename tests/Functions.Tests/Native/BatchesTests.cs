using System.Buffers.Binary;
using System.Net;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

public sealed class BatchesTests
{
    // Places in the header of a batch: the checksum covers everything from the attributes on.
    private const int ChecksumAt = 17;
    private const int AttributesAt = 21;

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Batches_are_stored_unchanged_and_read_back_through_every_format(CompressionType type)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        var (first, second) = (BatchOf(type, "a", "b"), BatchOf(type, "c"));

        using var response = await PostAsync(server, [.. first, .. second]);

        Assert.Equal(
            """{"records":3,"batches":[{"base_offset":0,"records":2},{"base_offset":2,"records":1}]}""",
            (await response.JsonAsync()).GetRawText());
        var stored = await server.Client.GetByteArrayAsync(
            "/api/v1/topics/t/partitions/0/batches?offset=0", NativeClient.Token);
        Assert.Equal(first[16..], stored[16..first.Length]);
        Assert.Equal(second[16..], stored[(first.Length + 16)..]);
        Assert.Equal(["\"a\"", "\"b\"", "\"c\""], (await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task A_batch_whose_bytes_were_damaged_is_refused_and_nothing_of_the_request_is_stored()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        var (good, bad) = (BatchOf(CompressionType.None, "a"), BatchOf(CompressionType.None, "b"));
        bad[^2] ^= 1;

        using var response = await PostAsync(server, [.. good, .. bad]);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "CORRUPT_MESSAGE");
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_compressed_batch_that_nobody_could_read_is_refused_although_its_checksum_fits(
        CompressionType type)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        var (good, bad) = (BatchOf(type, "a"), BatchOf(CompressionType.None, "b"));
        bad[AttributesAt + 1] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(bad.AsSpan(ChecksumAt), Crc32C.Compute(bad.AsSpan(AttributesAt)));

        using var response = await PostAsync(server, [.. good, .. bad]);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task A_batch_that_is_cut_off_or_empty_or_too_large_is_refused()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1, new KeyValuePair<string, string?>("max.message.bytes", "100"));

        using var cut = await PostAsync(server, BatchOf(CompressionType.None, "a")[..^1]);
        using var garbage = await PostAsync(server, [1, 2, 3]);
        using var nothing = await PostAsync(server, []);
        using var large = await PostAsync(server, BatchOf(CompressionType.None, new string('x', 100)));

        await cut.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        await garbage.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        await nothing.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
    }

    [Fact]
    public async Task An_answer_below_the_high_watermark_can_be_cached_and_is_confirmed_without_a_body()
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("t");
        using var posted = await PostAsync(
            server, [.. BatchOf(CompressionType.None, "a"), .. BatchOf(CompressionType.None, "b")]);
        const string Path = "/topics/t/partitions/0/batches?offset=0&max_bytes=1";

        using var first = await server.GetAsync(Path);
        using var pinned = await server.GetAsync($"{Path}&topic_id={topic.Id}");
        using var last = await server.GetAsync("/topics/t/partitions/0/batches?offset=1");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + Path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var confirmed = await server.Client.SendAsync(again, NativeClient.Token);

        Assert.True(first.Headers.CacheControl is { Public: true, NoCache: true });
        Assert.Contains("immutable", pinned.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-store", last.Headers.CacheControl!.ToString());
        Assert.Equal("1", first.Headers.GetValues("Next-Offset").Single());
        Assert.Equal(HttpStatusCode.NotModified, confirmed.StatusCode);
    }

    [Fact]
    public async Task A_read_that_names_another_life_of_the_topic_is_404()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await server.GetAsync(
            $"/topics/t/partitions/0/batches?offset=0&topic_id={new string('0', 32)}");

        await response.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, byte[] batches)
    {
        var content = new ByteArrayContent(batches);
        content.Headers.ContentType = new("application/vnd.kafka.recordbatch.v2");
        return server.Client.PostAsync("/api/v1/topics/t/partitions/0/batches", content, NativeClient.Token);
    }

    private static byte[] BatchOf(CompressionType type, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1000, null, System.Text.Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build(type, new Codecs()).Bytes.ToArray();
    }
}
