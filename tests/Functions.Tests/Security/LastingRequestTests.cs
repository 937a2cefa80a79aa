using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Tests.Security;

/// <summary>Streams and live tails end when what let them in is gone.</summary>
public sealed class LastingRequestTests : IAsyncLifetime
{
    private GuardedServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.StartAsync(configure: static services =>
        {
            services.AddSingleton(new ApiSettings { TailHeartbeat = TimeSpan.FromMilliseconds(100) });
            services.AddSingleton(new SecuritySettings { CacheAge = TimeSpan.Zero });
        });
        await _server.Server.CreateTopicAsync("orders");
        await _server.AllowAsync("alice", Right.ReadTopic, "orders");
        await _server.AllowAsync("alice", Right.WriteTopic, "orders");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_live_tail_ends_when_the_right_is_taken()
    {
        using var response = await FollowAsync();
        await _server.DenyAsync("alice", Right.ReadTopic, "orders");

        Assert.Contains(
            "TOPIC_AUTHORIZATION_FAILED",
            await response.Content.ReadAsStringAsync(NativeClient.Token),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_tail_ends_when_the_key_is_revoked()
    {
        using var response = await FollowAsync();
        var key = await _server.KeyOfAsync("alice");
        await _server.Server.Security.RevokeKeyAsync(GuardedServer.Named("alice"), key.Id, NativeClient.Token);

        Assert.Contains(
            "SASL_AUTHENTICATION_FAILED",
            await response.Content.ReadAsStringAsync(NativeClient.Token),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/topics/orders/records", "application/x-ndjson", "1\n", "TOPIC_AUTHORIZATION_FAILED")]
    [InlineData(
        "/v3/clusters/{C}/topics/orders/records", "application/json", """{"value":{"type":"JSON","data":1}}""", "40301")]
    public async Task A_stream_of_records_ends_when_the_right_is_taken_and_keeps_what_was_accepted_before(
        string path, string type, string record, string code)
    {
        path = path.Replace("{C}", await ClusterAsync(), StringComparison.Ordinal);
        var denied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new SlowContent(record, type, first, denied.Task),
        };
        request.Headers.Authorization = GuardedServer.Basic(await _server.KeyOfAsync("alice"));
        var sending = _server.Server.Client.SendAsync(request, NativeClient.Token);
        await first.Task;
        await WaitForRecordsAsync(1);
        await _server.DenyAsync("alice", Right.WriteTopic, "orders");
        denied.SetResult();

        using var response = await sending;

        Assert.Contains(code, await response.Content.ReadAsStringAsync(NativeClient.Token), StringComparison.Ordinal);
        await WaitForRecordsAsync(1);
    }

    private async Task<HttpResponseMessage> FollowAsync()
    {
        await _server.AnswerAsync(GuardedServer.Admin, "POST", "/api/v1/topics/orders/records", "[1]");
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics/orders/records?from=earliest&follow=true");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        request.Headers.Authorization = GuardedServer.Basic(await _server.KeyOfAsync("alice"));
        var response = await _server.Server.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, NativeClient.Token);
        Assert.True(response.IsSuccessStatusCode);
        return response;
    }

    private async Task WaitForRecordsAsync(int count)
    {
        using var response = await _server.SendAsync(
            GuardedServer.Admin, "GET", "/api/v1/topics/orders/records?from=earliest&wait=10s");
        Assert.Equal(count, (await response.JsonAsync()).Values().Count);
    }

    private async Task<string> ClusterAsync()
    {
        using var response = await _server.SendAsync(GuardedServer.Admin, "GET", "/v3/clusters");
        return (await response.JsonAsync()).GetProperty("data")[0].GetProperty("cluster_id").GetString()!;
    }

    // One record, and when the right is gone another one.
    private sealed class SlowContent : HttpContent
    {
        private readonly byte[] _record;
        private readonly TaskCompletionSource _first;
        private readonly Task _denied;

        public SlowContent(string record, string type, TaskCompletionSource first, Task denied)
        {
            (_record, _first, _denied) = (Encoding.UTF8.GetBytes(record), first, denied);
            Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(_record);
            await stream.FlushAsync();
            _first.SetResult();
            await _denied;
            await stream.WriteAsync(_record);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
