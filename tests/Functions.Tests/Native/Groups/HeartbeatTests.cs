using System.Net;
using static Serverless.Functions.Tests.Native.Groups.GroupClient;

namespace Serverless.Functions.Tests.Native.Groups;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_member_that_joins_alone_gets_every_partition_and_keeps_them()
    {
        await using var server = await StartAsync();

        var joined = await server.JoinAsync("a");
        var again = await server.BeatAsync("a", joined.Epoch, Owning(0, 1));

        Assert.Equal([0, 1], joined.Partitions);
        Assert.Equal((joined.Epoch, "0 1"), (again.Epoch, string.Join(' ', again.Partitions)));
    }

    [Fact]
    public async Task A_partition_changes_hands_when_its_owner_says_that_it_has_given_it_up()
    {
        await using var first = await StartAsync();
        await using var second = await ApiServer.StartAsync(beside: first);
        var a = await first.JoinAsync("a");
        var b = await second.JoinAsync("b");

        var told = await first.BeatAsync("a", a.Epoch, Owning(0, 1));
        var kept = Assert.Single(told.Partitions);
        Assert.Empty((await second.BeatAsync("b", b.Epoch, Owning())).Partitions);
        var given = await first.BeatAsync("a", told.Epoch, Owning(kept));
        var taken = await second.BeatAsync("b", b.Epoch, Owning());

        Assert.Equal([1 - kept], taken.Partitions);
        Assert.Equal([kept], given.Partitions);
        Assert.True(given.Epoch > a.Epoch);
    }

    [Fact]
    public async Task A_member_that_leaves_makes_room_at_once()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a");
        var b = await server.JoinAsync("b");

        var left = await server.BeatAsync("a", -1);
        var alone = await server.BeatAsync("b", b.Epoch, Owning());

        Assert.Equal(-1, left.Epoch);
        Assert.Empty(left.Partitions);
        Assert.Equal([0, 1], alone.Partitions);
        using var gone = await server.TryBeatAsync("a", a.Epoch);
        await gone.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_MEMBER_ID");
    }

    [Fact]
    public async Task A_static_member_that_is_away_comes_back_to_its_partitions()
    {
        await using var server = await StartAsync();
        await server.JoinAsync("a", ""","instance_id":"desk" """);

        Assert.Equal(-2, (await server.BeatAsync("a", -2)).Epoch);
        var other = await server.JoinAsync("b");
        var back = await server.JoinAsync("c", ""","instance_id":"desk" """);

        Assert.Empty(other.Partitions);
        Assert.NotEmpty(back.Partitions);
    }

    [Fact]
    public async Task A_name_is_chosen_for_a_member_that_has_none()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            "/groups/g:heartbeat", """{"member_epoch":0,"subscribed_pattern":"ord.*","session_timeout_ms":6000}""");

        var answer = await response.JsonAsync();
        Assert.StartsWith("consumer-", answer.GetProperty("member_id").GetString(), StringComparison.Ordinal);
        Assert.Equal(2_000, answer.GetProperty("heartbeat_interval_ms").GetInt64());
        Assert.Equal(1, answer.GetProperty("assignment").GetArrayLength());
    }

    [Fact]
    public async Task The_interval_follows_the_session_that_the_member_has_joined_with()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a", ",\"session_timeout_ms\":9000");

        using var response = await server.TryBeatAsync("a", a.Epoch);

        Assert.Equal(3_000, (await response.JsonAsync()).GetProperty("heartbeat_interval_ms").GetInt64());
    }

    [Fact]
    public async Task A_member_that_reads_and_commits_goes_on_where_it_stopped()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a");
        var page = await server.ReadAsync("/topics/orders/partitions/0/records?offset=0&limit=2");
        await server.CommittedAsync(0, page.GetProperty("next_offset").GetInt64(), As("a", a.Epoch));

        Assert.Equal("0:2", await server.CommittedAsync());
    }

    [Theory]
    [InlineData("nobody", 1, "", 404, "UNKNOWN_MEMBER_ID")]
    [InlineData("nobody", -1, "", 404, "UNKNOWN_MEMBER_ID")]
    [InlineData("a", 77, "", 409, "FENCED_MEMBER_EPOCH")]
    [InlineData("b", 0, ""","subscribed_topics":["orders"],"instance_id":"desk" """, 409, "UNRELEASED_INSTANCE_ID")]
    [InlineData("a", null, ""","subscribed_pattern":"o.*" """, 400, "INVALID_REQUEST")]
    [InlineData("a", null, ""","owned":[{"topic":"orders","partitions":[9]}]""", 409, "FENCED_MEMBER_EPOCH")]
    public async Task The_group_says_why_it_does_not_take_a_heartbeat(
        string member, int? epoch, string more, int status, string code)
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a", ""","instance_id":"desk" """);

        using var response = await server.TryBeatAsync(member, epoch ?? a.Epoch, more);

        await response.ProblemAsync((HttpStatusCode)status, code);
    }

    [Theory]
    [InlineData("""{}""", "'member_epoch' is missing; it is what the last answer said")]
    [InlineData("""{"member_epoch":-3}""", "'member_epoch' is -3;")]
    [InlineData("""{"member_epoch":1}""", "'member_id' is missing; it is the name of the member.")]
    [InlineData("""{"member_id":"a/b","member_epoch":1}""", "'member_id' is 'a/b', which is not allowed")]
    [InlineData("""{"member_id":"","member_epoch":1}""", "'member_id' is '', which is not allowed")]
    [InlineData("""{"member_id":"a","member_epoch":0}""", "A member that joins says what it wants to read")]
    [InlineData(
        """{"member_epoch":0,"subscribed_topics":[],"session_timeout_ms":5999}""",
        "'session_timeout_ms' is 5999; it is 6000 to 1800000.")]
    [InlineData("""{"member_epoch":0,"subscribed_topics":[],"session_timeout_ms":1800001}""", "is 1800001;")]
    [InlineData("""{"member_epoch":0,"subscribed_topics":[],"instance_id":".."}""", "'instance_id' is '..'")]
    [InlineData("""{"member_epoch":0,"subscribed_topics":[],"subscribed_pattern":"a"}""", "exclude each other")]
    [InlineData("""{"member_epoch":0,"subscribed_pattern":"("}""", "'subscribed_pattern' is '('")]
    [InlineData("""{"member_epoch":0,"subscribed_topics":[],"assignor":"best"}""", "There is no assignor 'best'")]
    [InlineData(
        """{"member_epoch":0,"subscribed_topics":[],"owned":[{"topic":"orders","partitions":[0]}]}""",
        "'owned' names partitions; a member that joins has none.")]
    [InlineData("""{"member_id":"a","member_epoch":1,"owned":[{"partitions":[0]}]}""", "has no 'topic'")]
    [InlineData("""{"member_id":"a","member_epoch":1,"owned":[{"topic":"orders"}]}""", "has no 'partitions'")]
    [InlineData("""{"member_id":"a","member_epoch":1,"owned":[null]}""", "An entry of 'owned' has no 'topic'")]
    [InlineData(
        """{"member_id":"a","member_epoch":1,"owned":[{"topic":"orders","partition":0}]}""",
        "An entry of 'owned' has the unknown member 'partition'; known are topic, partitions.")]
    [InlineData(
        """{"member_id":"a","member_epoch":1,"owned":[{"topic":"orders","partitions":"0"}]}""",
        "The member 'partitions' is '\"0\"'; it is an array like [0,1].")]
    [InlineData(
        """{"member_id":"a","member_epoch":1,"owned":{}}""", "The member 'owned' is '{}'; it is an array of objects.")]
    [InlineData(
        """{"member_id":"a","member_epoch":1,"owned":[1]}""", "An entry of 'owned' is an object with some of topic")]
    [InlineData("""{"epoch":1}""", "The body has the unknown member 'epoch'; known are member_id, member_epoch")]
    public async Task A_body_that_is_no_heartbeat_is_refused(string body, string sentence)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync("/groups/g:heartbeat", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_topic_can_have_is_refused()
    {
        await using var server = await StartAsync();

        using var response = await server.TryBeatAsync("a", 0, ""","subscribed_topics":["a b"]""");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_TOPIC");
    }
}
