using System.Net;

namespace Serverless.Functions.Tests.Native;

public sealed class TopicsTests
{
    [Fact]
    public async Task A_topic_is_created_described_listed_changed_and_deleted()
    {
        await using var server = await ApiServer.StartAsync();

        using var created = await server.PostAsync(
            "/topics", """{"name":"orders","partitions":3,"configs":{"retention.ms":60000}}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/topics/orders", created.Headers.Location?.OriginalString);

        var topic = await server.ReadAsync("/topics/orders");
        Assert.Equal(3, topic.GetProperty("partitions").GetInt32());
        Assert.Equal("60000", topic.GetProperty("configs").GetProperty("retention.ms").GetString());
        Assert.Equal(1, (await server.ReadAsync("/topics")).GetProperty("topics").GetArrayLength());

        var changed = await PatchAsync(server, """{"configs":{"retention.ms":null,"segment.ms":"3600000"}}""");
        Assert.Equal("{\"segment.ms\":\"3600000\"}", (await changed.JsonAsync()).GetProperty("configs").GetRawText());

        using var deleted = await server.Client.DeleteAsync("/api/v1/topics/orders", NativeClient.Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await server.GetAsync("/topics/orders");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_by_post_and_confirmed_by_put()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 2);

        using var post = await server.PostAsync("/topics", """{"name":"orders","partitions":2}""");
        using var put = await PutAsync(server, """{"name":"orders","partitions":2}""");
        using var other = await PutAsync(server, """{"name":"orders","partitions":5}""");

        await post.ProblemAsync(HttpStatusCode.Conflict, "TOPIC_ALREADY_EXISTS");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await other.ProblemAsync(HttpStatusCode.Conflict, "TOPIC_ALREADY_EXISTS");
    }

    [Theory]
    [InlineData("""{"name":"a b"}""", "INVALID_TOPIC")]
    [InlineData("""{}""", "INVALID_TOPIC")]
    [InlineData("""{"name":"a","partitions":0}""", "INVALID_PARTITIONS")]
    [InlineData("""{"name":"a","configs":{"retention.ms":"soon"}}""", "INVALID_CONFIG")]
    [InlineData("""{"name":"a","configs":{"no.such":1}}""", "INVALID_CONFIG")]
    [InlineData("""{"name":"a","configs":{"retention.ms":[]}}""", "INVALID_REQUEST")]
    [InlineData("""{"name":"a","partition":1}""", "INVALID_REQUEST")]
    [InlineData("""{"name":5}""", "INVALID_REQUEST")]
    [InlineData("""{"name":""", "INVALID_REQUEST")]
    [InlineData("", "INVALID_REQUEST")]
    public async Task A_topic_that_cannot_be_is_refused(string body, string code)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/topics", body);

        await response.ProblemAsync(HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_path_with_a_name_that_no_topic_can_have_is_refused(string method)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.SendAsync(
            new HttpMethod(method), "/topics/a%20b", NativeClient.Content("{}", "application/json"));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_TOPIC");
    }

    [Fact]
    public async Task Offsets_of_all_partitions_come_in_one_answer()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 2);
        using var posted = await server.PostAsync(
            "/topics/orders/partitions/1/records", """[{"value":1},{"value":2}]""");

        Assert.Equal(
            """{"partitions":[{"partition":0,"log_start_offset":0,"high_watermark":0},"""
            + """{"partition":1,"log_start_offset":0,"high_watermark":2}]}""",
            (await server.ReadAsync("/topics/orders/offsets")).GetRawText());
    }

    private static Task<HttpResponseMessage> PatchAsync(ApiServer server, string body) =>
        server.Client.PatchAsync(
            "/api/v1/topics/orders", NativeClient.Content(body, "application/json"), NativeClient.Token);

    private static Task<HttpResponseMessage> PutAsync(ApiServer server, string body) =>
        server.Client.PutAsync("/api/v1/topics", NativeClient.Content(body, "application/json"), NativeClient.Token);
}
