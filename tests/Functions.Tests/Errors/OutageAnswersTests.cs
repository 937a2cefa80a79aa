using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
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

    [Fact]
    public async Task Every_route_that_storage_is_too_busy_for_passes_on_when_to_come_again()
    {
        await using var server = await ApiServer.StartAsync();
        var busy = new StorageUnavailableException("503 ServerBusy", retryAfter: TimeSpan.FromSeconds(7));
        server.Tables.Interception.Before = _ => throw busy;
        server.Segments.Interception.Before = _ => throw busy;
        var refused = 0;

        foreach (var endpoint in server.Routes)
        {
            var path = "/" + Regex.Replace(
                endpoint.RoutePattern.RawText!,
                "{[^}]*}",
                static match => match.Value is "{partition}" or "{partitionId}" or "{brokerId}" ? "0"
                    : match.Value == "{principal}" ? "User:a"
                    : "orders").Trim('/');
            foreach (var method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
                var status = (int)response.StatusCode;
                refused += status == 503 ? 1 : 0;
                Assert.True(status is < 500 or 503, $"{method} {path} answered {status}.");
                Assert.Equal(
                    (path, status == 503 ? TimeSpan.FromSeconds(7) : null), (path, response.Headers.RetryAfter?.Delta));
            }
        }

        Assert.InRange(refused, 50, int.MaxValue);
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
