using System.Net;
using static Serverless.Functions.Tests.Native.Groups.GroupClient;

namespace Serverless.Functions.Tests.Native.Groups;

public sealed class GroupOffsetsTests
{
    [Fact]
    public async Task Offsets_are_shown_with_all_that_was_committed_and_what_is_left()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a");
        using var commit = await server.PostAsync(
            "/groups/g/offsets",
            $$"""{{{As("a", a.Epoch)}}"offsets":[{"topic":"orders","partition":0,"next_offset":1,"metadata":"m","leader_epoch":4}]}""");

        var answer = await server.ReadAsync("/groups/g/offsets");

        Assert.Equal(
            """{"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""", (await commit.JsonAsync()).GetRawText());
        var (first, second) = (answer.GetProperty("offsets")[0], answer.GetProperty("offsets")[1]);
        Assert.Equal((2, 2), (answer.GetProperty("total_lag").GetInt32(), answer.GetProperty("max_lag").GetInt32()));
        Assert.Equal(
            $$"""{"topic":"orders","partition":0,"next_offset":1,"metadata":"m","leader_epoch":4,"committed_at":"{{first.GetProperty("committed_at")}}","log_start_offset":0,"high_watermark":3,"lag":2,"member_id":"a"}""",
            first.GetRawText());
        Assert.Equal(
            """{"topic":"orders","partition":1,"next_offset":null,"log_start_offset":0,"high_watermark":2,"lag":null,"member_id":"a"}""",
            second.GetRawText());
    }

    [Fact]
    public async Task Offsets_of_one_topic_are_shown_alone()
    {
        await using var server = await StartAsync();
        await server.CreateTopicAsync("other");
        using var commit = await server.PostAsync(
            "/groups/g/offsets",
            """{"offsets":[{"topic":"orders","partition":0,"next_offset":1},{"topic":"other","partition":0,"next_offset":0}]}""");
        await commit.JsonAsync();

        var answer = await server.ReadAsync("/groups/g/offsets?topic=other");

        Assert.Equal(
            "other", Assert.Single(answer.GetProperty("offsets").EnumerateArray()).GetProperty("topic").GetString());
        Assert.Equal(0, answer.GetProperty("total_lag").GetInt32());
    }

    [Fact]
    public async Task A_commit_under_a_stale_epoch_never_lands()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a");
        await server.CommittedAsync(0, 1, As("a", a.Epoch));
        await server.JoinAsync("b");
        var told = await server.BeatAsync("a", a.Epoch, Owning(0, 1));
        var kept = Assert.Single(told.Partitions);
        await server.BeatAsync("a", told.Epoch, Owning(kept));

        using var response = await server.CommitAsync(kept, 2, As("a", a.Epoch));

        await response.ProblemAsync(HttpStatusCode.Conflict, "STALE_MEMBER_EPOCH");
        Assert.Equal("0:1", await server.CommittedAsync());
    }

    [Fact]
    public async Task A_member_cannot_commit_for_a_partition_of_another()
    {
        await using var server = await StartAsync();
        await server.JoinAsync("a");
        var b = await server.JoinAsync("b");

        using var response = await server.CommitAsync(0, 2, As("b", b.Epoch));

        await response.ProblemAsync(HttpStatusCode.Conflict, "NOT_PARTITION_OWNER");
        Assert.Equal("", await server.CommittedAsync());
    }

    [Fact]
    public async Task Without_a_member_a_commit_lands_only_where_nothing_is_shared_out()
    {
        await using var server = await StartAsync();
        await server.CommittedAsync(0, 1);
        await server.JoinAsync("a");

        using var response = await server.CommitAsync(0, 2);

        await response.ProblemAsync(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
        Assert.Equal("0:1", await server.CommittedAsync());
    }

    [Fact]
    public async Task Some_offsets_can_be_forgotten()
    {
        await using var server = await StartAsync();
        await server.CommittedAsync(0, 1);
        await server.CommittedAsync(1, 2);

        using var one = await DeleteAsync(server, "?topic=orders&partition=0");
        Assert.Equal("1:2", await server.CommittedAsync());
        using var all = await DeleteAsync(server, "?topic=orders");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (one.StatusCode, all.StatusCode));
        Assert.Equal("", await server.CommittedAsync());
    }

    [Fact]
    public async Task Offsets_of_members_that_share_partitions_are_not_forgotten()
    {
        await using var server = await StartAsync();
        await server.CommittedAsync(0, 1);
        await server.JoinAsync("a");

        using var response = await DeleteAsync(server, "?topic=orders&partition=0");

        await response.ProblemAsync(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
        Assert.Equal("0:1", await server.CommittedAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?partition=0")]
    [InlineData("?topic=orders&partition=x")]
    [InlineData("?topic=orders&partition=-1")]
    [InlineData("?topic=orders&partition=2147483648")]
    public async Task What_to_forget_must_be_said(string query)
    {
        await using var server = await StartAsync();

        using var response = await DeleteAsync(server, query);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("""{}""", 400, "INVALID_REQUEST", "'offsets' is missing or empty")]
    [InlineData("""{"offsets":[]}""", 400, "INVALID_REQUEST", "'offsets' is missing or empty")]
    [InlineData("""{"offsets":[null]}""", 400, "INVALID_REQUEST", "it needs a 'topic'")]
    [InlineData("""{"offsets":[{"topic":"orders","partition":0}]}""", 400, "INVALID_REQUEST", "'next_offset' to read")]
    [InlineData(
        """{"offsets":[{"topic":"orders","partition":0,"next_offset":-1}]}""", 400, "INVALID_REQUEST", "from 0 on")]
    [InlineData(
        """{"offsets":[{"topic":"orders","partition":-1,"next_offset":1}]}""", 400, "INVALID_REQUEST", "from 0 on")]
    [InlineData(
        """{"offsets":[{"topic":"orders","partition":0,"next_offset":"1"}]}""", 400, "INVALID_REQUEST", "a whole number")]
    [InlineData(
        """{"offsets":[{"topic":"a b","partition":0,"next_offset":1}]}""", 400, "INVALID_TOPIC", "not allowed")]
    [InlineData(
        """{"offsets":[{"topic":"orders","partition":9,"next_offset":1}]}""", 404, "UNKNOWN_TOPIC_OR_PARTITION", "orders-9")]
    [InlineData(
        """{"offsets":[{"topic":"nope","partition":0,"next_offset":1}]}""", 404, "UNKNOWN_TOPIC_OR_PARTITION", "nope-0")]
    [InlineData(
        """{"offsets":[{"topic":"orders","partition":0,"next_offset":1,"leader_epoch":-2}]}""",
        400,
        "INVALID_REQUEST",
        "the 'leader_epoch' -2")]
    [InlineData(
        """{"member_id":"a","offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""",
        400,
        "INVALID_REQUEST",
        "'member_epoch' is missing")]
    [InlineData(
        """{"member_epoch":1,"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""",
        400,
        "INVALID_REQUEST",
        "'member_id' is missing")]
    [InlineData(
        """{"member_id":"x","member_epoch":1,"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""",
        404,
        "UNKNOWN_MEMBER_ID",
        "'x'")]
    public async Task A_commit_that_cannot_be_is_refused(string body, int status, string code, string sentence)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync("/groups/g/offsets", body);

        var problem = await response.ProblemAsync((HttpStatusCode)status, code);
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("", await server.CommittedAsync());
    }

    private static Task<HttpResponseMessage> DeleteAsync(ApiServer server, string query) =>
        server.SendAsync(HttpMethod.Delete, $"/groups/g/offsets{query}", content: null);
}
