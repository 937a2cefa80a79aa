using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.Quotas;

/// <summary>
/// A node with quotas and a clock that a test moves. The window is a second, so a quota is what may be used at once.
/// </summary>
internal sealed class LimitedServer : IAsyncDisposable
{
    private static readonly Right[] AllRights =
        [Right.ReadTopic, Right.WriteTopic, Right.ReadGroup, Right.AlterGroupConfigs];

    private readonly GuardedServer _guarded;

    private LimitedServer(GuardedServer guarded, StillTime time) => (_guarded, Time) = (guarded, time);

    public StillTime Time { get; }

    public ApiServer Server => _guarded.Server;

    public GuardedServer Guarded => _guarded;

    public static async Task<LimitedServer> StartAsync(
        QuotaLimits? users = null, QuotaLimits? topics = null, Action<IServiceCollection>? configure = null)
    {
        var time = new StillTime();
        var guarded = await GuardedServer.StartAsync(configure: services =>
        {
            services.AddSingleton<TimeProvider>(time);

            // By a clock that stands still no batch would ever be old enough.
            services.AddSingleton(new ApiSettings { StreamLinger = TimeSpan.Zero });
            services.AddSingleton(new QuotaSettings
            {
                Users = users ?? QuotaLimits.None,
                Topics = topics ?? QuotaLimits.None,
                Window = TimeSpan.FromSeconds(1),
                FailedLoginRate = 2,
            });
            configure?.Invoke(services);
        });
        return new(guarded, time);
    }

    /// <summary>Creates topics and lets some principals do all that there is to do with records.</summary>
    public async Task OpenAsync(string[] topics, params string[] principals)
    {
        foreach (var topic in topics)
        {
            await Server.CreateTopicAsync(topic);
        }

        foreach (var (principal, right) in principals.SelectMany(static _ => AllRights, static (one, two) => (one, two)))
        {
            await _guarded.AllowAsync(principal, right, AclRules.AnyName);
        }
    }

    /// <summary>The end of partition 0.</summary>
    public async Task<long> EndAsync(string topic)
    {
        var found = await Server.Topics.FindAsync(TopicNamed(topic), NativeClient.Token);
        return (await Server.Log.GetOffsetsAsync(found!, 0, NativeClient.Token))!.Value.HighWatermark;
    }

    public async Task<HttpResponseMessage> SendAsync(
        string name,
        string method,
        string path,
        string? body = null,
        string mediaType = "application/json",
        string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : NativeClient.Content(body, mediaType),
        };
        request.Headers.Authorization = GuardedServer.Basic(await _guarded.KeyOfAsync(name));
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await Server.Client.SendAsync(request, NativeClient.Token);
    }

    /// <summary>Posts a body that goes out piece by piece.</summary>
    public async Task<HttpResponseMessage> SendAsync(string name, string path, PushedContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = GuardedServer.Basic(await _guarded.KeyOfAsync(name));
        return await Server.Client.SendAsync(request, NativeClient.Token);
    }

    /// <summary>Sends a request, and checks that it was served.</summary>
    public async Task<string> ServedAsync(
        string name,
        string method,
        string path,
        string? body = null,
        string mediaType = "application/json",
        string? accept = null)
    {
        using var response = await SendAsync(name, method, path, body, mediaType, accept);
        var text = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text;
    }

    /// <summary>Sends a request, and checks that it was refused.</summary>
    /// <returns>When to come again, in seconds.</returns>
    public async Task<double> RefusedAsync(
        string name,
        string method,
        string path,
        string? body = null,
        string mediaType = "application/json",
        string? accept = null)
    {
        using var response = await SendAsync(name, method, path, body, mediaType, accept);
        var text = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.True((int)response.StatusCode == 429, $"{method} {path}: {(int)response.StatusCode} {text}");
        return response.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
    }

    /// <summary>The cluster's id, for paths of v3.</summary>
    public async Task<string> ClusterAsync() =>
        (await ServedAsync(GuardedServer.Admin, "GET", "/v3/clusters")).Split("\"cluster_id\":\"")[1].Split('"')[0];

    /// <summary>Makes a consumer instance of v2 that reads a topic from its first record on.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> SubscribedAsync(string name, string topic)
    {
        const string V2 = "application/vnd.kafka.v2+json";
        await ServedAsync(
            name, "POST", "/consumers/g", """{"name":"i","format":"json","auto.offset.reset":"earliest"}""", V2);
        const string Instance = "/consumers/g/instances/i";
        await ServedAsync(name, "POST", Instance + "/subscription", $$"""{"topics":["{{topic}}"]}""", V2);
        return Instance;
    }

    public ValueTask DisposeAsync() => _guarded.DisposeAsync();

    private static TopicName TopicNamed(string name)
    {
        Assert.True(TopicName.TryParse(name, out var topic, out var problem), problem);
        return topic;
    }
}
