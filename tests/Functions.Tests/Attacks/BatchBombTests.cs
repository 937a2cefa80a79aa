using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>A record batch that restores to more than a batch may is refused by every codec of Kafka's.</summary>
public sealed class BatchBombTests
{
    // Places in the header of a batch; the checksum covers everything from the attributes on.
    private const int LengthAt = 8;
    private const int ChecksumAt = 17;
    private const int AttributesAt = 21;
    private const int HeaderBytes = 61;

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task It_is_refused_and_nothing_is_stored(CompressionType type)
    {
        await using var node = await AttackedServer.StartAsync();
        await node.Server.CreateTopicAsync(
            "large", 1, new KeyValuePair<string, string?>("max.message.bytes", "3000000"));
        var bomb = BombOf(type, RecordBatchReader.DecompressedBytesMax + 1);

        using var content = new ByteArrayContent(bomb);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kafka.recordbatch.v2");
        using var response = await node.Server.Client.PostAsync(
            "/api/v1/topics/large/partitions/0/batches", content, NativeClient.Token);

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge });
        var answer = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.Matches("restores? to|max.message.bytes", answer);
        Assert.Empty((await node.Server.ReadAsync("/topics/large/records")).Values());
        await node.ServesAsync(new ApiSettings().RequestMemoryBytesMax);
    }

    // The batch says that it holds one record, and its checksum fits.
    private static byte[] BombOf(CompressionType type, int restoredBytes)
    {
        var codecs = new Codecs();
        var builder = new RecordBatchBuilder();
        builder.Append(1000, null, new byte[100], []);
        var header = builder.Build(type, codecs).Bytes.ToArray().AsSpan(0, HeaderBytes);
        byte[] bomb = [.. header, .. codecs.Compress(type, new byte[restoredBytes]).Span];
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(LengthAt), bomb.Length - LengthAt - sizeof(int));
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(ChecksumAt), Crc32C.Compute(bomb.AsSpan(AttributesAt)));
        return bomb;
    }
}
