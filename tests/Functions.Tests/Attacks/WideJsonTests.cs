using System.Net;
using System.Text;
using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>JSON of a million parts is taken as far as a limit with a name allows, and no further.</summary>
public sealed class WideJsonTests
{
    private const int Parts = 1_000_000;

    private static readonly string Items = "[" + string.Join(',', Enumerable.Repeat("{}", Parts)) + "]";

    private static readonly string Members =
        "{" + string.Join(',', Enumerable.Range(0, Parts).Select(static index => $"\"{index}\":0")) + "}";

    public static TheoryData<JsonTarget> All => [.. JsonTarget.OfRecords, .. JsonTarget.Others];

    public static TheoryData<string, string, string> Lists => new()
    {
        { "/api/v1/topics/t/records", "application/json", Items },
        { "/api/v1/topics/t/records", "application/json", $$"""{"value":1,"headers":{{Items}}}""" },
        { "/api/v1/topics/t/records", "application/json", $$"""{"value":1,"headers":{{Members}}}""" },
        { "/topics/t", "application/vnd.kafka.json.v2+json", $$"""{"records":{{Items}}}""" },
        { "/v3/clusters/{C}/topics/t/records:batch", "application/json", $$"""{"entries":{{Items}}}""" },
        { "/api/v1/topics/t/events", "application/cloudevents+json", Members },
        { "/api/v1/topics/t/events", "application/cloudevents-batch+json", Items },
        { "/topics/t:publish?api-version=2024-06-01", "application/cloudevents-batch+json", Items },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_million_parts_in_one_place_never_break_the_node(JsonTarget target)
    {
        await using var node = await AttackedServer.StartAsync();

        foreach (var value in (string[])[Items, Members])
        {
            var (status, body) = await node.SendAsync(
                target.Method, target.Path, target.MediaType, Encoding.UTF8.GetBytes(target.With(value)));

            Assert.True((int)status < 500, $"{target.Name}: {(int)status} {body}");
            Assert.True(body.Length < 2_000, body[..Math.Min(body.Length, 2_000)]);
        }

        await node.ServesAsync(new ApiSettings().RequestMemoryBytesMax);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_million_things_are_refused_where_each_of_them_counts(string path, string mediaType, string body)
    {
        await using var node = await AttackedServer.StartAsync();

        var (status, answer) = await node.SendAsync("POST", path, mediaType, Encoding.UTF8.GetBytes(body));

        Assert.InRange(status, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);
        Assert.True(answer.Length < 1_000, answer);
        await node.ServesAsync(new ApiSettings().RequestMemoryBytesMax);
    }
}
