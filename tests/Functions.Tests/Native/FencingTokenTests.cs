using System.Net;

namespace Serverless.Functions.Tests.Native;

/// <summary>The token of a partition, and appends that ask for it.</summary>
public sealed class FencingTokenTests
{
    private const string Records = "/topics/t/partitions/0/records";
    private const string Token = "/topics/t/partitions/0/fencing-token";

    [Fact]
    public async Task A_partition_has_no_token_until_one_is_set()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        var before = await server.ReadAsync(Token);
        using var set = await PutAsync(server, """{"token":"writer-1"}""");
        var after = await server.ReadAsync(Token);

        Assert.Equal("""{"partition":0,"token":""}""", before.GetRawText());
        Assert.Equal("""{"partition":0,"token":"writer-1","next_offset":0}""", (await set.JsonAsync()).GetRawText());
        Assert.Equal("""{"partition":0,"token":"writer-1"}""", after.GetRawText());
    }

    [Fact]
    public async Task An_append_with_another_token_is_refused_on_every_node_and_one_without_passes()
    {
        await using var server = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: server);
        await server.CreateTopicAsync("t");
        using var set = await PutAsync(server, """{"token":"new"}""");
        await set.JsonAsync();

        using var stale = await other.PostWithAsync(Records, """{"value":1}""", "Fencing-Token: old");
        using var right = await other.PostWithAsync(Records, """{"value":2}""", "Fencing-Token: new");
        using var free = await other.PostAsync(Records, """{"value":3}""");

        var problem = await stale.ProblemAsync(HttpStatusCode.PreconditionFailed, "FENCING_TOKEN_MISMATCH");
        Assert.Equal("new", problem.GetProperty("fencing_token").GetString());
        Assert.Equal(
            "Fencing-Token was 'old'; the fencing token of partition 0 is 'new'.",
            problem.GetProperty("detail").GetString());
        await right.JsonAsync();
        await free.JsonAsync();
        Assert.Equal(["2", "3"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task Whoever_takes_over_from_nobody_asks_for_no_token()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var first = await PutAsync(server, """{"token":"a"}""", "Fencing-Token: \"\"");
        using var second = await PutAsync(server, """{"token":"b"}""", "Fencing-Token: \"\"");

        await first.JsonAsync();
        var problem = await second.ProblemAsync(HttpStatusCode.PreconditionFailed, "FENCING_TOKEN_MISMATCH");
        Assert.Equal("a", problem.GetProperty("fencing_token").GetString());
    }

    [Fact]
    public async Task A_token_may_be_set_on_condition_of_the_next_offset()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var record = await server.PostAsync(Records, """{"value":1}""");
        await record.JsonAsync();

        using var stale = await PutAsync(server, """{"token":"a"}""", "If-Match: \"0\"");
        using var right = await PutAsync(server, """{"token":"a"}""", "If-Match: \"1\"");

        var problem = await stale.ProblemAsync(HttpStatusCode.PreconditionFailed, "NEXT_OFFSET_MISMATCH");
        Assert.Equal(1, problem.GetProperty("next_offset").GetInt64());
        await right.JsonAsync();
        Assert.Equal("\"1\"", right.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task An_empty_token_takes_it_away()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var set = await PutAsync(server, """{"token":"a"}""");
        await set.JsonAsync();

        using var cleared = await PutAsync(server, """{"token":""}""");

        await cleared.JsonAsync();
        Assert.Equal("""{"partition":0,"token":""}""", (await server.ReadAsync(Token)).GetRawText());
    }

    [Theory]
    [InlineData("{}", "The member 'token' is null or not there; it is 1 to 36 visible ASCII characters")]
    [InlineData("""{"token":"a b"}""", "The member 'token' is 'a b'; it is 1 to 36 visible ASCII characters")]
    [InlineData("""{"token":"\"a"}""", "The member 'token' is '\"a'; it is 1 to 36 visible ASCII characters, and no q")]
    [InlineData("""{"token":"0123456789012345678901234567890123456"}""", "it is 1 to 36 visible ASCII characters")]
    [InlineData("""{"token":7}""", "The member 'token' is '7'; it is a text.")]
    [InlineData("""{"tokn":"a"}""", "The body has the unknown member 'tokn'; known are token.")]
    [InlineData("", "The body is empty. Expected is a JSON object with some of token.")]
    public async Task A_token_that_does_not_fit_is_repeated_and_told_what_would_be_right(string body, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var response = await PutAsync(server, body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/topics/nope/partitions/0/fencing-token")]
    [InlineData("/topics/t/partitions/1/fencing-token")]
    public async Task A_partition_that_is_not_there_has_no_token(string path)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var read = await server.GetAsync(path);
        using var set = await server.SendAsync(
            HttpMethod.Put, path, NativeClient.Content("""{"token":"a"}""", "application/json"));

        await read.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        await set.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    private static Task<HttpResponseMessage> PutAsync(ApiServer server, string body, string headers = "") =>
        server.SendAsync(HttpMethod.Put, Token, NativeClient.Content(body, "application/json"), headers);
}
