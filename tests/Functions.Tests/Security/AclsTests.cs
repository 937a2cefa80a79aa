using System.Net;
using System.Text.Json;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

/// <summary>Rights through Confluent's REST API v3.</summary>
public sealed class AclsTests : IAsyncLifetime
{
    private GuardedServer _server = null!;
    private string _acls = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.StartAsync();
        using var response = await _server.SendAsync(GuardedServer.Admin, "GET", "/v3/clusters");
        var cluster = (await response.JsonAsync()).GetProperty("data")[0].GetProperty("cluster_id").GetString();
        _acls = $"/v3/clusters/{cluster}/acls";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_right_that_is_added_is_listed_at_its_place_and_holds_at_once()
    {
        await _server.Server.CreateTopicAsync("orders");
        Assert.StartsWith(
            "403 ", await _server.AnswerAsync("alice", "GET", "/api/v1/topics/orders/records"), StringComparison.Ordinal);

        using var added = await _server.SendAsync(GuardedServer.Admin, "POST", _acls, Right("orders"));
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Empty(await added.Content.ReadAsByteArrayAsync(NativeClient.Token));
        Assert.EndsWith(
            _acls + "?resource_type=TOPIC&resource_name=orders&pattern_type=LITERAL&principal=User%3Aalice&host=*"
            + "&operation=READ&permission=ALLOW",
            added.Headers.Location!.ToString(),
            StringComparison.Ordinal);
        using var listed = await _server.SendAsync(
            GuardedServer.Admin, "GET", added.Headers.Location.PathAndQuery);
        var acl = Assert.Single((await listed.JsonAsync()).GetProperty("data").EnumerateArray());

        Assert.Equal("KafkaAcl", acl.GetProperty("kind").GetString());
        Assert.Equal("User:alice", acl.GetProperty("principal").GetString());
        Assert.StartsWith(
            "200 ", await _server.AnswerAsync("alice", "GET", "/api/v1/topics/orders/records"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_are_added_together_or_not_at_all()
    {
        var broken = $$"""{"data":[{{Right("a")}},{{Right("b", host: "10.0.0.1")}}]}""";
        var good = $$"""{"data":[{{Right("a")}},{{Right("b")}}]}""";

        var refused = await _server.AnswerAsync(GuardedServer.Admin, "POST", _acls + ":batch", broken);
        Assert.StartsWith("""400 {"error_code":40002,""", refused, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(""));
        Assert.Equal("201 ", await _server.AnswerAsync(GuardedServer.Admin, "POST", _acls + ":batch", good));

        Assert.Equal(2, await CountAsync(""));
    }

    [Theory]
    [InlineData("?resource_type=TOPIC", 3)]
    [InlineData("?resource_type=group", 1)]
    [InlineData("?resource_type=ANY&pattern_type=ANY&operation=ANY&permission=ANY", 4)]
    [InlineData("?resource_name=orders", 1)]
    [InlineData("?resource_name=orders&pattern_type=MATCH&resource_type=TOPIC", 3)]
    [InlineData("?pattern_type=PREFIXED", 1)]
    [InlineData("?principal=User:bob", 1)]
    [InlineData("?principal=User%3Abob", 1)]
    [InlineData("?host=10.0.0.1", 0)]
    [InlineData("?permission=DENY", 0)]
    [InlineData("?operation=WRITE", 0)]
    public async Task A_filter_means_what_has_every_part_that_it_states(string query, int count)
    {
        await AddAsync(Right("orders"), Right("*"), Right("ord", pattern: "PREFIXED"), Right("g", "GROUP", "User:bob"));

        Assert.Equal(count, await CountAsync(query));
    }

    [Fact]
    public async Task What_a_filter_means_goes_and_is_answered()
    {
        await AddAsync(Right("orders"), Right("other"));

        var gone = await _server.AnswerAsync(
            GuardedServer.Admin,
            "DELETE",
            _acls + "?resource_type=TOPIC&resource_name=orders&pattern_type=LITERAL&operation=READ&permission=ALLOW");

        Assert.StartsWith("200 ", gone, StringComparison.Ordinal);
        Assert.Contains("\"resource_name\":\"orders\"", gone, StringComparison.Ordinal);
        Assert.DoesNotContain("other", gone, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(""));
    }

    [Theory]
    [InlineData("", "resource_type")]
    [InlineData("?resource_type=UNKNOWN", "resource_type")]
    [InlineData("?resource_type=TOPIC", "pattern_type")]
    [InlineData("?resource_type=TOPIC&pattern_type=ANY", "operation")]
    [InlineData("?resource_type=TOPIC&pattern_type=ANY&operation=ANY", "permission")]
    public async Task Nobody_removes_rights_by_leaving_something_out(string query, string missing)
    {
        await AddAsync(Right("orders"));

        var answer = await _server.AnswerAsync(GuardedServer.Admin, "DELETE", _acls + query);

        Assert.Equal(
            $$"""400 {"error_code":400,"message":"{{missing}} cannot be unspecified or UNKNOWN"}""", answer);
        Assert.Equal(1, await CountAsync(""));
    }

    [Theory]
    [InlineData("resource_type", "\"BROKER\"")]
    [InlineData("resource_name", "null")]
    [InlineData("resource_name", "\"a b\"")]
    [InlineData("resource_name", "\"оrders\"")]
    [InlineData("resource_name", "\"\"")]
    [InlineData("pattern_type", "\"MATCH\"")]
    [InlineData("principal", "\"alice\"")]
    [InlineData("principal", "\"User:аlice\"")]
    [InlineData("host", "\"10.0.0.1\"")]
    [InlineData("operation", "\"IDEMPOTENT_WRITE\"")]
    [InlineData("permission", "\"MAYBE\"")]
    [InlineData("more", "1")]
    public async Task A_right_that_cannot_be_is_refused(string member, string value)
    {
        var right = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Right("orders"))!;
        right[member] = JsonSerializer.Deserialize<JsonElement>(value);

        var answer = await _server.AnswerAsync(GuardedServer.Admin, "POST", _acls, JsonSerializer.Serialize(right));

        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_describe_the_cluster_sees_rights_and_whoever_may_alter_it_changes_them()
    {
        await _server.AllowAsync("alice", Api.Security.Right.DescribeCluster, "kafka-cluster");

        Assert.StartsWith("200 ", await _server.AnswerAsync("alice", "GET", _acls), StringComparison.Ordinal);
        Assert.Equal(
            """403 {"error_code":40301,"message":"Cluster authorization failed."}""",
            await _server.AnswerAsync("alice", "POST", _acls, Right("orders")));
    }

    private static string Right(
        string name,
        string type = "TOPIC",
        string principal = "User:alice",
        string pattern = "LITERAL",
        string host = "*") => JsonSerializer.Serialize(new
        {
            resource_type = type,
            resource_name = name,
            pattern_type = pattern,
            principal,
            host,
            operation = "READ",
            permission = "ALLOW",
        });

    private async Task AddAsync(params string[] rights)
    {
        foreach (var right in rights)
        {
            Assert.Equal("201 ", await _server.AnswerAsync(GuardedServer.Admin, "POST", _acls, right));
        }
    }

    private async Task<int> CountAsync(string query)
    {
        using var response = await _server.SendAsync(GuardedServer.Admin, "GET", _acls + query);
        return (await response.JsonAsync()).GetProperty("data").GetArrayLength();
    }
}
