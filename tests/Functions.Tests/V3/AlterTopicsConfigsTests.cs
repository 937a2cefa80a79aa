using System.Net;

namespace Serverless.Functions.Tests.V3;

public sealed class AlterTopicsConfigsTests
{
    private const string Path = "topics/-/configs:alter";

    [Fact]
    public async Task Settings_of_several_topics_change_at_once()
    {
        await using var node = await TwoTopicsAsync();

        var altered = await node.PostAsync(Path, """
            {"data":[{"topic_name":"a","configs":[{"name":"retention.ms","value":"1"}]},
                     {"topic_name":"b","configs":[{"name":"retention.ms","value":"2"},
                                                  {"name":"segment.ms","operation":"DELETE"}]}]}
            """);

        Assert.Equal((HttpStatusCode.NoContent, ""), (altered.Status, altered.Body));
        Assert.Equal(["1", "2"], await RetentionAsync(node));
    }

    [Fact]
    public async Task Topics_that_cannot_be_changed_are_named_and_the_others_are_changed()
    {
        await using var node = await TwoTopicsAsync();

        var altered = await node.PostAsync(Path, """
            {"data":[{"topic_name":"a","configs":[{"name":"retention.ms","value":"1"},
                                                  {"name":"segment.ms","value":"0"}]},
                     {"topic_name":"b","configs":[{"name":"retention.ms","value":"2"}]}]}
            """);

        Assert.Equal(HttpStatusCode.MultiStatus, altered.Status);
        Assert.Equal(
            """{"failures":[{"topic_name":"a","error_code":40002,"message":"Invalid value 0 for configuration segment.ms: Value must be at least 1"}]}""",
            altered.Body);
        Assert.Equal(["604800000", "2"], await RetentionAsync(node));
    }

    [Fact]
    public async Task Validation_changes_nothing_but_names_the_same_topics()
    {
        await using var node = await TwoTopicsAsync();

        var altered = await node.PostAsync(Path, """
            {"validate_only":true,"data":[{"topic_name":"a","configs":[{"name":"retention.ms","value":"1"}]},
                     {"topic_name":"b","configs":[{"name":"retention.ms","value":"x"}]}]}
            """);

        Assert.Equal("b", altered.Json.GetProperty("failures")[0].GetProperty("topic_name").GetString());
        Assert.Equal(["604800000", "604800000"], await RetentionAsync(node));
    }

    [Theory]
    [InlineData("""{"topic_name":"nope","configs":[]}""", 404, 40403, "This server does not host")]
    [InlineData("""{"topic_name":"no way","configs":[]}""", 404, 40403, "This server does not host")]
    [InlineData("""{"topic_name":"b","configs":[{"name":"nope"}]}""", 404, 404, "Config nope cannot be found")]
    [InlineData("""{"topic_name":"a","configs":[]}""", 400, 400, "The topic 'a' is there twice.")]
    [InlineData("""{"topic_name":"b"}""", 400, 400, "The member configs is missing.")]
    [InlineData("""{"configs":[]}""", 400, 400, "The member topic_name of an entry is missing.")]
    [InlineData("""null""", 400, 400, "The member topic_name of an entry is missing.")]
    [InlineData("""{"topic_name":"b","configs":[{"name":"a","operation":"ADD"}]}""", 400, 400, "SET or DELETE")]
    public async Task A_request_that_is_not_possible_changes_no_topic(
        string second, int status, int code, string message)
    {
        await using var node = await TwoTopicsAsync();

        var answer = await node.PostAsync(
            Path, $$"""{"data":[{"topic_name":"a","configs":[{"name":"retention.ms","value":"1"}]},{{second}}]}""");

        answer.IsErrorLike(status, code, message);
        Assert.Equal(["604800000", "604800000"], await RetentionAsync(node));
    }

    [Fact]
    public async Task A_body_is_needed()
    {
        await using var node = await TwoTopicsAsync();

        (await node.PostAsync(Path, "")).IsErrorLike(422, 42206, "Request body is empty");
        (await node.PostAsync(Path, "{}")).IsErrorLike(400, 400, "The member data is missing.");
    }

    private static async Task<V3Node> TwoTopicsAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("a");
        await node.Server.CreateTopicAsync("b");
        return node;
    }

    private static async Task<IEnumerable<string?>> RetentionAsync(V3Node node) =>
        (await node.GetAsync("topics/-/configs")).Json.GetProperty("data").EnumerateArray()
            .Where(static config => config.GetProperty("name").GetString() == "retention.ms")
            .Select(static config => config.GetProperty("value").GetString());
}
