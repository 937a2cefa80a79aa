using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Security;

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

    private async Task<string> AnswerAsync(string method, string path, string body, string log)
    {
        var clusters = await _server.AnswerAsync(GuardedServer.Admin, "GET", "/v3/clusters");
        var at = clusters.IndexOf("\"cluster_id\":\"", StringComparison.Ordinal) + "\"cluster_id\":\"".Length;
        return await _server.AnswerAsync(
            Alice,
            method,
            path.Replace("{C}", clusters[at..clusters.IndexOf('"', at)], StringComparison.Ordinal),
            body.Replace("LOG", log, StringComparison.Ordinal));
    }
}
