using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.Security;

/// <summary>Who may put a topic's records into the log that other topics share.</summary>
public sealed class GroupOfTopicsTests : IAsyncLifetime
{
    private const string Alice = "alice";

    private GuardedServer _server = null!;

    public static TheoryData<string, string, string> Requests => new()
    {
        { "POST", "/api/v1/topics", """{"name":"new","configs":{"log":"LOG"}}""" },
        { "PUT", "/api/v1/topics", """{"name":"new","configs":{"log":"LOG"}}""" },
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"log":"LOG"}}""" },
        { "POST", "/v3/clusters/{C}/topics", """{"topic_name":"new","configs":[{"name":"log","value":"LOG"}]}""" },
        { "PUT", "/v3/clusters/{C}/topics/orders/configs/log", """{"value":"LOG"}""" },
        { "POST", "/v3/clusters/{C}/topics/orders/configs:alter", """{"data":[{"name":"log","value":"LOG"}]}""" },
        {
            "POST", "/v3/clusters/{C}/topics/-/configs:alter",
            """{"data":[{"topic_name":"orders","configs":[{"name":"log","value":"LOG"}]}]}"""
        },
    };

    public static TheoryData<string, string, string?> Intervals => new()
    {
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"append.interval.ms":0}}""" },
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"append.interval.ms":null}}""" },
        { "PATCH", "/api/v1/topics/orders", """{"configs":{"append.interval.ms":0,"log":"dedicated"}}""" },
        { "PUT", "/v3/clusters/{C}/topics/orders/configs/append.interval.ms", """{"value":"0"}""" },
        { "DELETE", "/v3/clusters/{C}/topics/orders/configs/append.interval.ms", null },
        {
            "POST", "/v3/clusters/{C}/topics/orders/configs:alter",
            """{"data":[{"name":"append.interval.ms","value":"0"}]}"""
        },
        {
            "POST", "/v3/clusters/{C}/topics/-/configs:alter",
            """{"data":[{"topic_name":"orders","configs":[{"name":"append.interval.ms","operation":"DELETE"}]}]}"""
        },
    };

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.StartAsync();
        await _server.Server.CreateTopicAsync("orders");
        await _server.AllowAsync(Alice, Right.CreateInCluster, AclRules.ClusterName);
        await _server.AllowAsync(Alice, Right.AlterTopicConfigs, "orders");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Whoever_may_only_configure_a_topic_lets_it_into_no_group(string method, string path, string body)
    {
        var answer = await AnswerAsync(method, path, body, "shared:others");

        Assert.StartsWith("403 ", answer, StringComparison.Ordinal);
        Assert.Contains("ALTER on the cluster", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "shared:others",
            await _server.AnswerAsync(GuardedServer.Admin, "GET", "/api/v1/topics"),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Whoever_may_alter_the_cluster_lets_it_in(string method, string path, string body)
    {
        await _server.AllowAsync(Alice, Right.AlterCluster, AclRules.ClusterName);

        Assert.StartsWith("2", await AnswerAsync(method, path, body, "shared:others"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_log_of_its_own_is_the_topics_own_business(string method, string path, string body) =>
        Assert.StartsWith("2", await AnswerAsync(method, path, body, "shared"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Intervals))]
    public async Task Whoever_may_only_configure_a_topic_of_a_group_changes_not_the_interval_of_all(
        string method, string path, string? body)
    {
        await JoinAsync();

        var answer = await AnswerAsync(method, path, body, "");

        Assert.StartsWith("403 ", answer, StringComparison.Ordinal);
        Assert.Contains("ALTER on the cluster", answer, StringComparison.Ordinal);
        var found = await _server.AnswerAsync(GuardedServer.Admin, "GET", "/api/v1/topics/orders");
        Assert.Contains("\"append.interval.ms\":\"500\",\"log\":\"shared:others\"", found, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Intervals))]
    public async Task Whoever_may_alter_the_cluster_changes_it(string method, string path, string? body)
    {
        await JoinAsync();
        await _server.AllowAsync(Alice, Right.AlterCluster, AclRules.ClusterName);

        Assert.StartsWith("2", await AnswerAsync(method, path, body, ""), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Intervals))]
    public async Task The_interval_of_a_topic_without_a_group_is_its_own_business(
        string method, string path, string? body) =>
        Assert.StartsWith("2", await AnswerAsync(method, path, body, ""), StringComparison.Ordinal);

    [Fact]
    public async Task Whoever_may_configure_a_topic_of_a_group_changes_its_other_settings_and_takes_it_out()
    {
        await JoinAsync();

        Assert.StartsWith(
            "200 ",
            await AnswerAsync(
                "PATCH", "/api/v1/topics/orders", """{"configs":{"retention.ms":5000,"log":"dedicated"}}""", ""),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/topics", """{"name":"new","configs":{"append.interval.ms":1}}""")]
    [InlineData(
        "/v3/clusters/{C}/topics", """{"topic_name":"new","configs":[{"name":"append.interval.ms","value":"1"}]}""")]
    public async Task Whoever_creates_a_topic_where_all_are_of_one_group_sets_not_its_interval(string path, string body)
    {
        await using var server = await GuardedServer.StartAsync(configure: static services => services.AddSingleton(
            new TopicCatalogSettings
            {
                ConfigDefaults = ImmutableSortedDictionary<string, string>.Empty.Add("log", "shared:all"),
            }));
        await server.AllowAsync(Alice, Right.CreateInCluster, AclRules.ClusterName);

        Assert.StartsWith("403 ", await AnswerAsync(server, "POST", path, body, ""), StringComparison.Ordinal);
        Assert.StartsWith(
            "201 ",
            await AnswerAsync(server, "POST", path, body.Replace("append.interval", "retention", StringComparison.Ordinal), ""),
            StringComparison.Ordinal);
    }

    private async Task JoinAsync() => Assert.StartsWith(
        "200 ",
        await _server.AnswerAsync(
            GuardedServer.Admin,
            "PATCH",
            "/api/v1/topics/orders",
            """{"configs":{"log":"shared:others","append.interval.ms":500}}"""),
        StringComparison.Ordinal);

    private Task<string> AnswerAsync(string method, string path, string? body, string log) =>
        AnswerAsync(_server, method, path, body, log);

    private static async Task<string> AnswerAsync(
        GuardedServer server, string method, string path, string? body, string log)
    {
        var clusters = await server.AnswerAsync(GuardedServer.Admin, "GET", "/v3/clusters");
        var at = clusters.IndexOf("\"cluster_id\":\"", StringComparison.Ordinal) + "\"cluster_id\":\"".Length;
        return await server.AnswerAsync(
            Alice,
            method,
            path.Replace("{C}", clusters[at..clusters.IndexOf('"', at)], StringComparison.Ordinal),
            body?.Replace("LOG", log, StringComparison.Ordinal));
    }
}
