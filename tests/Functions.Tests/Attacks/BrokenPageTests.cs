using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>A page that cannot be written to its end is an error as a whole, or a cut connection; never half an answer
/// that looks like one.</summary>
public sealed class BrokenPageTests
{
    [Theory]
    [InlineData("/api/v1/topics/t/records")]
    [InlineData("/api/v1/topics/t/records?format=ndjson")]
    [InlineData("/v3/clusters/{C}/topics/t/records")]
    public async Task Damage_in_the_first_batch_is_answered_as_a_problem(string path)
    {
        await using var node = await StartAsync(soundBatches: 0);

        using var response = await node.Client.GetAsync(
            path.Replace("{C}", node.ClusterId, StringComparison.Ordinal), NativeClient.Token);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(
            "A check of stored data failed",
            await response.Content.ReadAsStringAsync(NativeClient.Token),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/topics/t/records")]
    [InlineData("/api/v1/topics/t/records?format=ndjson")]
    [InlineData("/api/v1/topics/t/records?from=earliest&format=sse")]
    [InlineData("/v3/clusters/{C}/topics/t/records")]
    public async Task Damage_behind_it_cuts_the_connection(string path)
    {
        await using var node = await StartAsync(soundBatches: 1);

        await Assert.ThrowsAsync<HttpRequestException>(() => node.Client.GetStringAsync(
            path.Replace("{C}", node.ClusterId, StringComparison.Ordinal), NativeClient.Token));
    }

    private static async Task<AttackedServer> StartAsync(int soundBatches)
    {
        var codecs = new FailingCodecs();
        var node = await AttackedServer.StartAsync(
            configure: services => services.AddSingleton<ICompression>(codecs));
        for (var batches = 0; batches < 2; batches++)
        {
            var builder = new RecordBatchBuilder();
            builder.Append(1000, null, "value"u8.ToArray(), []);
            var (status, body) = await node.SendAsync(
                "POST",
                "/api/v1/topics/t/partitions/0/batches",
                "application/vnd.kafka.recordbatch.v2",
                builder.Build(CompressionType.Gzip, new Codecs()).Bytes.ToArray());
            Assert.True(status == HttpStatusCode.OK, body);
        }

        codecs.Sound = soundBatches;
        return node;
    }

    /// <summary>Restores as many batches as it is told to, and says that the next ones are damaged.</summary>
    private sealed class FailingCodecs : ICompression
    {
        private readonly Codecs _codecs = new();

        public int Sound { get; set; } = int.MaxValue;

        public ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax) =>
            Sound-- > 0
                ? _codecs.Decompress(type, compressed, lengthMax)
                : throw new InvalidDataException("The bytes are damaged.");

        public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records) =>
            _codecs.Compress(type, records);
    }
}
