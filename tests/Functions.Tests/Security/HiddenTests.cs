using System.Net;
using System.Text.Json;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

/// <summary>What somebody may not describe is not there for him: in lists, in groups, behind patterns.</summary>
public sealed class HiddenTests : IAsyncLifetime
{
    private const string Alice = "alice";
    private const string V2 = "application/vnd.kafka.v2+json";

    private GuardedServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.StartAsync();
        await _server.Server.CreateTopicAsync("seen");
        await _server.Server.CreateTopicAsync("hidden");
        await _server.AllowAsync(Alice, Right.ReadTopic, "seen");
        await _server.AllowAsync(Alice, Right.ReadGroup, "g");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/topics")]
    [InlineData("/topics")]
    [InlineData("/v3/clusters/{C}/topics")]
    [InlineData("/v3/clusters/{C}/topics/-/configs")]
    [InlineData("/v3/clusters/{C}/brokers/0/partition-replicas")]
    public async Task Lists_show_what_may_be_described(string path)
    {
        path = path.Replace("{C}", await ClusterAsync(), StringComparison.Ordinal);
        await _server.AllowAsync(Alice, Right.DescribeTopicConfigs, "seen");

        var (alice, admin) = (await GetAsync(Alice, path), await GetAsync(GuardedServer.Admin, path));

        Assert.Contains("seen", alice, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", alice, StringComparison.Ordinal);
        Assert.Contains("hidden", admin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_that_may_not_be_described_are_in_no_list()
    {
        await CommitAsync("g", "seen");
        await CommitAsync("other", "seen");

        var native = await GetAsync(Alice, "/api/v1/groups");
        var v3 = await GetAsync(Alice, $"/v3/clusters/{await ClusterAsync()}/consumer-groups");

        Assert.All([native, v3], list => Assert.Contains("\"g\"", list, StringComparison.Ordinal));
        Assert.All([native, v3], list => Assert.DoesNotContain("other", list, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Offsets_of_a_hidden_topic_are_not_shown_in_a_group()
    {
        await CommitAsync("g", "seen");
        await CommitAsync("g", "hidden");
        var cluster = await ClusterAsync();

        var offsets = await GetAsync(Alice, "/api/v1/groups/g/offsets");
        var lags = await GetAsync(Alice, $"/v3/clusters/{cluster}/consumer-groups/g/lags");

        Assert.All([offsets, lags], list => Assert.Contains("seen", list, StringComparison.Ordinal));
        Assert.All([offsets, lags], list => Assert.DoesNotContain("hidden", list, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_of_all_offsets_leaves_those_of_hidden_topics()
    {
        await CommitAsync("g", "seen");
        await CommitAsync("g", "hidden");

        var reset = await _server.AnswerAsync(Alice, "POST", "/api/v1/groups/g/offsets:reset", """{"to":"earliest"}""");

        Assert.StartsWith("200 ", reset, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", reset, StringComparison.Ordinal);
        Assert.Contains("seen", reset, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_stands_for_the_topics_that_may_be_described()
    {
        await AppendAsync("seen", "1");
        await AppendAsync("hidden", "2");
        await CreateInstanceAsync();
        await _server.AnswerAsync(
            Alice, "POST", "/consumers/g/instances/c/subscription", """{"topic_pattern":".*"}""", V2);

        var records = await GetAsync(Alice, "/consumers/g/instances/c/records?timeout=1000");
        var assignments = await GetAsync(Alice, "/consumers/g/instances/c/assignments");
        var subscription = await GetAsync(Alice, "/consumers/g/instances/c/subscription");

        Assert.All(
            [records, assignments, subscription], text => Assert.Contains("seen", text, StringComparison.Ordinal));
        Assert.All(
            [records, assignments, subscription],
            text => Assert.DoesNotContain("hidden", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("subscription", """{"topics":["seen","hidden"]}""")]
    [InlineData("assignments", """{"partitions":[{"topic":"hidden","partition":0}]}""")]
    [InlineData("positions", """{"offsets":[{"topic":"hidden","partition":0,"offset":1}]}""")]
    [InlineData("positions/end", """{"partitions":[{"topic":"hidden","partition":0}]}""")]
    [InlineData("offsets", """{"offsets":[{"topic":"hidden","partition":0,"offset":1}]}""")]
    public async Task A_consumer_cannot_name_a_topic_that_it_may_not_read(string path, string body)
    {
        await CreateInstanceAsync();

        var answer = await _server.AnswerAsync(Alice, "POST", $"/consumers/g/instances/c/{path}", body, V2);

        Assert.Equal("""403 {"error_code":40301,"message":"Not authorized to access topics: [hidden]"}""", answer);
    }

    [Fact]
    public async Task A_right_that_is_taken_away_ends_the_reads_of_a_subscribed_consumer()
    {
        await AppendAsync("seen", "1");
        await CreateInstanceAsync();
        await _server.AnswerAsync(
            Alice, "POST", "/consumers/g/instances/c/subscription", """{"topics":["seen"]}""", V2);
        await _server.DenyAsync(Alice, Right.ReadTopic, "seen");

        var answer = await _server.AnswerAsync(Alice, "GET", "/consumers/g/instances/c/records");

        Assert.StartsWith("403 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_a_group_is_not_told_of_hidden_topics()
    {
        const string Heartbeat = "/api/v1/groups/g:heartbeat";
        var named = await _server.AnswerAsync(
            Alice, "POST", Heartbeat, """{"member_id":"m","member_epoch":0,"subscribed_topics":["hidden"]}""");
        var pattern = await _server.AnswerAsync(
            Alice, "POST", Heartbeat, """{"member_id":"m","member_epoch":0,"subscribed_pattern":".*"}""");
        var described = await GetAsync(Alice, "/api/v1/groups/g");

        Assert.StartsWith("403 ", named, StringComparison.Ordinal);
        Assert.StartsWith("200 ", pattern, StringComparison.Ordinal);
        Assert.All([pattern, described], text => Assert.DoesNotContain("hidden", text, StringComparison.Ordinal));
        Assert.All([pattern, described], text => Assert.Contains("seen", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_committed_or_reset_of_a_topic_that_may_not_be_read()
    {
        await CommitAsync("g", "hidden");
        string[] answers =
        [
            await _server.AnswerAsync(Alice, "POST", "/api/v1/groups/g/offsets", Commit("hidden")),
            await _server.AnswerAsync(
                Alice, "POST", "/api/v1/groups/g/offsets:reset", """{"to":"latest","topics":[{"topic":"hidden"}]}"""),
        ];

        Assert.All(answers, answer => Assert.StartsWith("403 ", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_share_group_shows_the_queues_of_topics_that_may_be_described_and_hides_itself_without_any()
    {
        foreach (var topic in new[] { "seen", "hidden" })
        {
            foreach (var queue in new[] { "q", topic })
            {
                var put = await _server.AnswerAsync(
                    GuardedServer.Admin, "PUT", $"/api/v1/topics/{topic}/queues/{queue}", "{}");
                Assert.StartsWith("201 ", put, StringComparison.Ordinal);
            }
        }

        var groups = $"/v3/clusters/{await ClusterAsync()}/share-groups";
        await _server.AllowAsync(Alice, Right.DescribeGroup, "q");
        await _server.AllowAsync(Alice, Right.DescribeGroup, "hidden");

        var list = await GetAsync(Alice, groups);
        var one = await GetAsync(Alice, $"{groups}/q");
        var none = await _server.AnswerAsync(Alice, "GET", $"{groups}/hidden");

        Assert.Contains("\"share_group_id\":\"q\"", list, StringComparison.Ordinal);
        Assert.Contains("\"topic_name\":\"seen\"", one, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", list + one, StringComparison.Ordinal);
        Assert.DoesNotContain("\"share_group_id\":\"seen\"", list, StringComparison.Ordinal);
        Assert.StartsWith("404 ", none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_writes_no_dead_letters_to_a_topic_that_its_maker_may_not_write()
    {
        await _server.AllowAsync(Alice, Right.AlterGroupConfigs, "q");
        const string Queue = "/api/v1/topics/seen/queues/q";

        var refused = await _server.AnswerAsync(Alice, "PUT", Queue, """{"dead_letter_topic":"hidden"}""");
        var allowed = await _server.AnswerAsync(Alice, "PUT", Queue, "{}");

        Assert.StartsWith("403 ", refused, StringComparison.Ordinal);
        Assert.StartsWith("201 ", allowed, StringComparison.Ordinal);
        Assert.Equal("{\"queues\":[]}\n", await GetAsync(Alice, "/api/v1/topics/seen/queues"));
    }

    [Fact]
    public async Task Settings_are_shown_to_those_who_may_see_them()
    {
        Assert.DoesNotContain("configs", await GetAsync(Alice, "/api/v1/topics/seen"), StringComparison.Ordinal);
        Assert.DoesNotContain("retention", await GetAsync(Alice, "/topics/seen"), StringComparison.Ordinal);
        await _server.AllowAsync(Alice, Right.DescribeTopicConfigs, "seen");

        Assert.Contains("configs", await GetAsync(Alice, "/api/v1/topics/seen"), StringComparison.Ordinal);
        Assert.Contains("retention", await GetAsync(Alice, "/topics/seen"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_tells_what_its_reader_may_do_when_asked()
    {
        var path = $"/v3/clusters/{await ClusterAsync()}/topics/seen";

        Assert.Contains(
            """authorized_operations":[]""", await GetAsync(Alice, path), StringComparison.Ordinal);
        Assert.Contains(
            """authorized_operations":["READ","DESCRIBE"]""",
            await GetAsync(Alice, path + "?include_authorized_operations=true"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_change_of_a_topic_needs_its_own_right()
    {
        await _server.AllowAsync(Alice, Right.AlterTopic, "seen");
        var partitions = await _server.AnswerAsync(Alice, "PATCH", "/api/v1/topics/seen", """{"partitions":2}""");
        var configs = await _server.AnswerAsync(Alice, "PATCH", "/api/v1/topics/seen", """{"configs":{}}""");

        Assert.StartsWith("200 ", partitions, StringComparison.Ordinal);
        Assert.StartsWith("403 ", configs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_is_created_by_whoever_may_create_its_name_and_a_name_that_is_taken_tells_no_more()
    {
        const string Path = "/api/v1/topics";
        var other = await _server.AnswerAsync(Alice, "POST", Path, """{"name":"shop.a"}""");
        await _server.AllowAsync(Alice, Right.CreateTopic, "shop.", prefixed: true);
        await _server.AllowAsync(Alice, Right.CreateTopic, "hidden");

        Assert.StartsWith("403 ", other, StringComparison.Ordinal);
        Assert.StartsWith(
            "201 ", await _server.AnswerAsync(Alice, "POST", Path, """{"name":"shop.a"}"""), StringComparison.Ordinal);
        using var taken = await _server.SendAsync(Alice, "PUT", Path, """{"name":"hidden"}""");
        var problem = await taken.ProblemAsync(HttpStatusCode.Conflict, "TOPIC_ALREADY_EXISTS");
        Assert.Equal("Topic 'hidden' exists.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Whoever_may_write_anywhere_takes_producer_ids_and_a_name_is_its_own_right()
    {
        const string Path = "/api/v1/producers";
        Assert.StartsWith("403 ", await _server.AnswerAsync(Alice, "POST", Path), StringComparison.Ordinal);
        await _server.AllowAsync(Alice, Right.WriteTopic, "seen");

        Assert.StartsWith("200 ", await _server.AnswerAsync(Alice, "POST", Path), StringComparison.Ordinal);
        Assert.StartsWith(
            "403 ", await _server.AnswerAsync(Alice, "POST", Path, """{"name":"billing"}"""), StringComparison.Ordinal);
        await _server.AllowAsync(Alice, Right.WriteTransactionalId, "billing");
        Assert.StartsWith(
            "200 ", await _server.AnswerAsync(Alice, "POST", Path, """{"name":"billing"}"""), StringComparison.Ordinal);
    }

    private static string Commit(string topic) => JsonSerializer.Serialize(new
    {
        offsets = new[] { new { topic, partition = 0, next_offset = 0 } },
    });

    private async Task<string> GetAsync(string name, string path)
    {
        using var response = await _server.SendAsync(name, "GET", path);
        var text = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private async Task CommitAsync(string group, string topic) => Assert.StartsWith(
        "200 ",
        await _server.AnswerAsync(GuardedServer.Admin, "POST", $"/api/v1/groups/{group}/offsets", Commit(topic)),
        StringComparison.Ordinal);

    private async Task AppendAsync(string topic, string value) => Assert.StartsWith(
        "200 ",
        await _server.AnswerAsync(
            GuardedServer.Admin, "POST", $"/api/v1/topics/{topic}/records", $$"""{"value":{{value}}}"""),
        StringComparison.Ordinal);

    private async Task CreateInstanceAsync() => Assert.StartsWith(
        "200 ",
        await _server.AnswerAsync(
            Alice, "POST", "/consumers/g", """{"name":"c","auto.offset.reset":"earliest"}""", V2),
        StringComparison.Ordinal);

    private async Task<string> ClusterAsync()
    {
        using var response = await _server.SendAsync(GuardedServer.Admin, "GET", "/v3/clusters");
        return (await response.JsonAsync()).GetProperty("data")[0].GetProperty("cluster_id").GetString()!;
    }
}
