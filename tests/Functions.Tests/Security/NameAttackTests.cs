using System.Net.Sockets;
using System.Text;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Security;

/// <summary>Names that look like other names, or lead elsewhere, open nothing.</summary>
public sealed class NameAttackTests
{
    private static readonly string[] Families =
    [
        "/api/v1/topics/{0}/records", "/api/v1/topics/{0}", "/topics/{0}", "/topics/{0}/partitions/0/offsets",
        "/api/v1/topics/{0}/events",
    ];

    [Theory]
    [InlineData("public%2F..%2Fsecret")]
    [InlineData("public/../secret")]
    [InlineData("public%2f%2e%2e%2fsecret")]
    [InlineData("public/%2e%2e/secret")]
    [InlineData("public//../secret")]
    [InlineData("./secret")]
    [InlineData("..%5Csecret")]
    [InlineData("secret%00")]
    [InlineData("public%00secret")]
    [InlineData("secret%20")]
    [InlineData("SECRET")]
    [InlineData("%D1%95ecret")]
    [InlineData("secret%E2%80%8B")]
    [InlineData("%EF%BD%93ecret")]
    [InlineData("secret;public")]
    [InlineData("secret%3Fx=public")]
    [InlineData("%2573ecret")]
    public async Task Nobody_reaches_a_topic_by_another_spelling_of_its_name(string name)
    {
        await using var server = await ServerAsync();

        foreach (var family in Families)
        {
            var answer = await RawAsync(server, string.Format(null, CompositeFormat.Parse(family), name));

            Assert.DoesNotContain("very secret", answer, StringComparison.Ordinal);
            Assert.Matches("^HTTP/1.1 (400|403|404|405) ", answer);
        }
    }

    [Theory]
    [InlineData("%73ecret")]
    [InlineData("s%65cret")]
    public async Task An_escaped_letter_is_the_letter_for_the_right_as_well(string name)
    {
        await using var server = await ServerAsync();
        await server.DenyAsync("alice", Right.ReadTopic, "secret");
        await server.AllowAsync("alice", Right.ReadTopic, "*");

        Assert.Contains(" 403 ", await RawAsync(server, $"/api/v1/topics/{name}/records"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(4_000)]
    public async Task A_name_that_is_too_long_is_refused_and_remembered_by_nobody(int length)
    {
        await using var server = await ServerAsync();

        var answer = await RawAsync(server, $"/api/v1/topics/{new string('a', length)}/records");

        Assert.Contains(" 403 ", answer, StringComparison.Ordinal);
        Assert.True(answer.Length < 1_000);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("-")]
    [InlineData("kafka-cluster")]
    [InlineData("__consumer_offsets")]
    public async Task A_name_that_means_something_to_rights_is_a_name_like_others_in_a_path(string name)
    {
        await using var server = await ServerAsync();

        Assert.Contains(" 403 ", await RawAsync(server, $"/api/v1/topics/{name}/records"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("billing%2F..%2Fsecret")]
    [InlineData("b%C3%ADlling")]
    [InlineData("billing%20")]
    [InlineData("billing%E2%80%8B")]
    [InlineData("%D0%ACilling")]
    public async Task A_group_that_looks_like_another_one_has_none_of_its_rights(string name)
    {
        await using var server = await ServerAsync();
        await server.AllowAsync("alice", Right.ReadGroup, "billing");

        var answer = await RawAsync(server, $"/api/v1/groups/{name}/offsets");

        Assert.Matches("^HTTP/1.1 (403|404) ", answer);
    }

    // Everything that a path can name, asked for by somebody who has all rights.
    private static readonly string[] Named =
    [
        "GET /api/v1/topics/{0}", "DELETE /api/v1/topics/{0}", "GET /api/v1/topics/{0}/records", "GET /topics/{0}",
        "GET /v3/clusters/{C}/topics/{0}", "GET /v3/clusters/{0}", "GET /v3/clusters/{C}/consumer-groups/{0}",
        "GET /api/v1/topics/secret/queues/{0}", "PUT /api/v1/topics/secret/queues/{0}",
        "POST /api/v1/topics/secret/queues/{0}:receive", "GET /api/v1/topics/secret/partitions/{0}/fencing-token",
        "POST /topics/secret/eventsubscriptions/{0}:acknowledge", "POST /topics/{0}:publish", "GET /api/v1/groups/{0}",
        "POST /api/v1/groups/{0}:heartbeat", "GET /api/v1/groups/{0}/offsets", "POST /consumers/{0}",
        "GET /consumers/g/instances/{0}/records", "DELETE /consumers/g/instances/{0}",
        "GET /api/v1/principals/{0}/keys", "POST /api/v1/principals/{0}/keys", "GET /api/v1/quotas/users/{0}",
        "DELETE /api/v1/quotas/topics/{0}", "GET /api/v1/problems/{0}",
        "GET /v3/clusters/{C}/topics/secret/configs/{0}", "GET /v3/clusters/{C}/brokers/{0}/configs",
    ];

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData(".%2e")]
    [InlineData("a%2F..%2Fsecret")]
    [InlineData("a%5c..%5csecret")]
    [InlineData("%252e%252e%252fsecret")]
    [InlineData("%00")]
    [InlineData("secret%00")]
    [InlineData("%01")]
    [InlineData("%C0%AE%C0%AE")]
    [InlineData("%FF")]
    [InlineData("%ED%A0%80")]
    [InlineData("%D1%95ecret")]
    [InlineData("%EF%BC%8E%EF%BC%8E")]
    [InlineData("%E2%80%AEterces")]
    [InlineData("CON")]
    [InlineData("aux.txt")]
    [InlineData("$logs")]
    [InlineData("%24web")]
    [InlineData("__cluster_metadata")]
    [InlineData("'%20or%20PartitionKey%20ne%20'")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("0x0")]
    [InlineData("{overlong}")]
    public async Task No_name_is_more_than_a_name_even_for_whoever_may_do_everything(string name)
    {
        await using var server = await ServerAsync();
        var cluster = (await server.AnswerAsync(GuardedServer.Admin, "GET", "/v3/clusters"))
            .Split("\"cluster_id\":\"")[1].Split('"')[0];
        name = name.Replace("{overlong}", new string('a', 5_000), StringComparison.Ordinal);

        foreach (var route in Named)
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            path = path.Replace("{0}", name, StringComparison.Ordinal)
                .Replace("{C}", cluster, StringComparison.Ordinal);
            var answer = await RawAsync(server, path, method, GuardedServer.Admin);

            Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), $"{method} {path}: {answer}");
            Assert.DoesNotContain("very secret", answer, StringComparison.Ordinal);
        }

        Assert.Contains(
            "very secret",
            await server.AnswerAsync(GuardedServer.Admin, "GET", "/api/v1/topics/secret/records"),
            StringComparison.Ordinal);
    }

    private static async Task<GuardedServer> ServerAsync()
    {
        var server = await GuardedServer.StartAsync();
        await server.Server.CreateTopicAsync("secret");
        await server.Server.CreateTopicAsync("public");
        await server.AnswerAsync(
            GuardedServer.Admin, "POST", "/api/v1/topics/secret/records", """{"value":"very secret"}""");
        await server.AllowAsync("alice", Right.ReadTopic, "public");
        return server;
    }

    // A client library would put the path in order before it sends it.
    private static async Task<string> RawAsync(
        GuardedServer server, string path, string method = "GET", string caller = "alice")
    {
        var key = await server.KeyOfAsync(caller);
        var address = server.Server.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, NativeClient.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{method} {path} HTTP/1.1\r\nContent-Length: 0\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key.Id}:{key.Secret}\r\n"
                + "Connection: close\r\n\r\n"),
            NativeClient.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(NativeClient.Token);
    }
}
