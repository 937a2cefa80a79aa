using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>A small body that decodes to a large one is refused at the bound of its route, and not behind it.</summary>
public sealed partial class EncodedBombTests
{
    private const int MiB = 1024 * 1024;
    private const int BombBytes = 64 * MiB;

    // Far below what a bomb decodes to, and with memory for one request at the bound only.
    private static readonly ApiSettings Settings = new()
    {
        RequestBytesMax = MiB,
        StreamBytesMax = 2 * MiB,
        RequestMemoryBytesMax = 4 * MiB,
    };

    private static readonly Dictionary<string, byte[]> Spaces = Bombs((byte)' ');
    private static readonly Dictionary<string, byte[]> LineFeeds = Bombs((byte)'\n');

    public static TheoryData<JsonTarget> Targets =>
    [
        .. JsonTarget.OfRecords,
        .. JsonTarget.Others,
        new JsonTarget("binary record", "POST", "/api/v1/topics/t/records", "application/octet-stream", ""),
        new JsonTarget("binary event", "POST", "/api/v1/topics/t/events", "text/plain", ""),
        new JsonTarget(
            "record batches",
            "POST",
            "/api/v1/topics/t/partitions/0/batches",
            "application/vnd.kafka.recordbatch.v2",
            ""),
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task What_decodes_to_more_than_a_request_may_be_is_refused_at_that_bound(JsonTarget target)
    {
        await using var node = await AttackedServer.StartAsync(Settings);

        foreach (var (encoding, body) in Spaces.Concat(LineFeeds))
        {
            var (status, answer) = await node.SendAsync(target.Method, target.Path, target.MediaType, body, encoding);

            AssertRefused(target, encoding, status, answer);
            foreach (Match read in BytesRead.Matches(answer))
            {
                Assert.InRange(long.Parse(read.Groups[1].ValueSpan), 1, 2 * Settings.StreamBytesMax);
            }
        }

        await node.ServesAsync(Settings.RequestMemoryBytesMax);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_bomb_in_a_bomb_is_not_unwrapped(JsonTarget target)
    {
        await using var node = await AttackedServer.StartAsync(Settings);
        var twice = Encoded("gzip", Spaces["gzip"]);

        foreach (var encodings in (string[][])[["gzip", "gzip"], ["br", "gzip"], ["gzip, gzip"], ["identity", "gzip"]])
        {
            var (status, answer) = await node.SendAsync(
                target.Method, target.Path, target.MediaType, twice, encodings);

            AssertRefused(target, string.Join('+', encodings), status, answer);
        }

        await node.ServesAsync(Settings.RequestMemoryBytesMax);
    }

    // The batch form of v3 and of streams answers 200 with the refusal in it.
    private static void AssertRefused(JsonTarget target, string encoding, HttpStatusCode status, string answer)
    {
        var refused = target.Name == "v3 record" && status == HttpStatusCode.OK
            ? answer.StartsWith("{\"error_code\":4", StringComparison.Ordinal)
            : (int)status is >= 400 and < 500;
        Assert.True(refused, $"{target.Name}, {encoding}: {(int)status} {answer}");
        Assert.True(answer.Length < 1_000, answer);
    }

    private static Dictionary<string, byte[]> Bombs(byte filling)
    {
        var body = new byte[BombBytes];
        body.AsSpan().Fill(filling);
        return ((string[])["gzip", "deflate", "br"]).ToDictionary(
            static encoding => encoding, encoding => Encoded(encoding, body));
    }

    private static byte[] Encoded(string encoding, byte[] body)
    {
        var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "gzip" => new GZipStream(encoded, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest),
            _ => new BrotliStream(encoded, CompressionLevel.Fastest),
        })
        {
            encoder.Write(body);
        }

        return encoded.ToArray();
    }

    [GeneratedRegex(@"The body has (\d+) bytes or more")]
    private static partial Regex BytesRead { get; }
}
