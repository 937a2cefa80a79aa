using System.Net;
using System.Text;
using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>JSON that is nested a million times is refused at the first level that is too much.</summary>
public sealed class DeepJsonTests
{
    private const int Parts = 1_000_000;

    public static TheoryData<JsonTarget> Records => [.. JsonTarget.OfRecords];

    public static TheoryData<JsonTarget> Others => [.. JsonTarget.Others];

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_million_levels_are_refused_where_records_are_taken(JsonTarget target)
    {
        await using var node = await AttackedServer.StartAsync();

        foreach (var nest in (string[])[Arrays(Parts), Objects(Parts), new string('[', Parts)])
        {
            var (status, body) = await SendAsync(node, target, nest);

            AssertRefused(target, status, body);
            Assert.Contains("depth", body, StringComparison.Ordinal);
        }

        await node.ServesAsync(new ApiSettings().RequestMemoryBytesMax);
    }

    // These bodies are small, so the depth is what fits.
    [Theory]
    [MemberData(nameof(Others))]
    public async Task So_are_thousands_everywhere_else(JsonTarget target)
    {
        await using var node = await AttackedServer.StartAsync();

        foreach (var nest in (string[])[Arrays(65), Arrays(100_000), Objects(40_000), Arrays(Parts)])
        {
            var (status, body) = await SendAsync(node, target, nest);

            AssertRefused(target, status, body);
            Assert.True(body.Length < 1_000, body);
        }

        await node.ServesAsync(new ApiSettings().RequestMemoryBytesMax);
    }

    private static void AssertRefused(JsonTarget target, HttpStatusCode status, string body)
    {
        // A stream of v3 has begun before its first record is read; its receipt is the refusal.
        var refused = target.Name == "v3 record"
            ? status == HttpStatusCode.OK && body.StartsWith("{\"error_code\":4", StringComparison.Ordinal)
            : (int)status is >= 400 and < 500;
        Assert.True(refused, $"{target.Name}: {(int)status} {body}");
    }

    private static Task<(HttpStatusCode Status, string Body)> SendAsync(
        AttackedServer node, JsonTarget target, string nest) =>
        node.SendAsync(target.Method, target.Path, target.MediaType, Encoding.UTF8.GetBytes(target.With(nest)));

    private static string Arrays(int levels) => new string('[', levels) + new string(']', levels);

    private static string Objects(int levels) =>
        new StringBuilder(levels * 6).Insert(0, "{\"a\":", levels).Append('1').Append('}', levels).ToString();
}
