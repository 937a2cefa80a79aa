using System.Net.Http.Headers;
using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.Errors;

/// <summary>What clients of every API are told while storage is away: come again, and when.</summary>
public sealed class OutageAnswersTests
{
    private const string Json = "application/json";
    private const string V2 = "application/vnd.kafka.json.v2+json";

    [Theory]
    [InlineData("POST", "/api/v1/topics/orders/records", Json, """[{"value":1}]""")]
    [InlineData("GET", "/api/v1/topics/orders/partitions/0/records?offset=0", null, null)]
    [InlineData("GET", "/api/v1/topics", null, null)]
    [InlineData("POST", "/topics/orders", V2, """{"records":[{"value":1}]}""")]
    [InlineData("GET", "/topics/orders/partitions/0/offsets", null, null)]
    [InlineData("POST", "/consumers/g", "application/vnd.kafka.v2+json", """{"name":"a","format":"json"}""")]
    [InlineData("GET", "/v3/clusters", null, null)]
    public async Task Whoever_is_refused_is_told_when_to_come_again(
        string method, string path, string? type, string? body)
    {
        await using var server = await ApiServer.StartAsync();
        server.Tables.Interception.Before = static _ => throw new StorageUnavailableException("Connection refused.");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type!);
        }

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("/api/v1/topics", """{"name":"new","partitions":1}""", 503)]
    [InlineData("/v3/clusters/{cluster}/topics", """{"topic_name":"new"}""", 500)]
    public async Task Whoever_is_told_that_nobody_knows_is_told_when_to_come_again(string path, string body, int status)
    {
        await using var server = await ApiServer.StartAsync();
        using var clusters = await server.Client.GetAsync("/v3/clusters", TestContext.Current.CancellationToken);
        var cluster = (await clusters.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Split("\"cluster_id\":\"")[1].Split('"')[0];
        server.Tables.Interception.Before = static call => call.Writes
            ? throw new StorageOutcomeUnknownException("Connection reset.")
            : ValueTask.CompletedTask;
        using var content = new StringContent(body, Encoding.UTF8, Json);

        using var response = await server.Client.PostAsync(
            path.Replace("{cluster}", cluster, StringComparison.Ordinal),
            content,
            TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }
}
