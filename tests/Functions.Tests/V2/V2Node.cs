using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Api;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.V2;

/// <summary>One node, spoken to in REST Proxy v2.</summary>
internal sealed class V2Node : IAsyncDisposable
{
    public const string V2 = "application/vnd.kafka.v2+json";
    public const string Binary = "application/vnd.kafka.binary.v2+json";
    public const string Json = "application/vnd.kafka.json.v2+json";
    public const string Plain = "application/json";

    private V2Node(ApiServer server, FakeTimeProvider clock)
    {
        Server = server;
        Clock = clock;
    }

    public ApiServer Server { get; }

    /// <summary>The clock of the storage, and of the node's consumer groups.</summary>
    public FakeTimeProvider Clock { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a node.</summary>
    /// <param name="beside">A node whose stores and clock it shares.</param>
    /// <param name="settings">Its limits, when the defaults do not suit.</param>
    public static async Task<V2Node> StartAsync(V2Node? beside = null, ApiSettings? settings = null)
    {
        var clock = beside?.Clock ?? new FakeTimeProvider(DateTimeOffset.UtcNow);
        var server = await ApiServer.StartAsync(
            settings,
            beside?.Server,
            services => services.AddSingleton(provider => new GroupCoordinator(
                provider.GetRequiredService<ITableStore>(),
                provider.GetRequiredService<TopicCatalog>(),
                new GroupSettings(),
                clock,
                Random.Shared)),
            clock);
        return new V2Node(server, clock);
    }

    public async Task<Reply> SendAsync(
        string method,
        string path,
        string? body = null,
        string? type = V2,
        string? accept = null,
        string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        }

        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        using var response = await Server.Client.SendAsync(request, Token);
        return new Reply(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(Token),
            response.Headers.TryGetValues("Produce-Failures", out var failures) ? failures.Single() : null,
            response.Headers.RetryAfter?.ToString());
    }

    public Task<Reply> GetAsync(string path, string? accept = null) => SendAsync("GET", path, accept: accept);

    public Task<Reply> PostAsync(
        string path, string? body = null, string? type = V2, string? accept = null, string? key = null) =>
        SendAsync("POST", path, body, type, accept, key);

    /// <summary>Creates an instance of group <c>g</c> and subscribes it.</summary>
    public async Task SubscribeAsync(string instance, string topics, string more = "")
    {
        var created = await PostAsync(
            "/consumers/g", $$"""{"name":"{{instance}}","auto.offset.reset":"earliest"{{more}}}""");
        created.Is(200);
        (await PostAsync($"/consumers/g/instances/{instance}/subscription", $$"""{"topics":[{{topics}}]}""")).Is(204);
    }

    /// <summary>What an instance of group <c>g</c> reads next, as <c>topic-partition:offset</c>.</summary>
    public async Task<string> ReadAsync(string instance, string query = "timeout=1")
    {
        var reply = await GetAsync($"/consumers/g/instances/{instance}/records?{query}");
        reply.Is(200);
        return string.Join(' ', JsonNode.Parse(reply.Body)!.AsArray()
            .Select(static one => string.Create(
                CultureInfo.InvariantCulture, $"{one!["topic"]}-{one["partition"]}:{one["offset"]}"))
            .Order(StringComparer.Ordinal));
    }

    /// <summary>Appends records without keys, whose values count up from 0, to one partition.</summary>
    public async Task ProduceAsync(string topic, int partition, int count)
    {
        var records = string.Join(',', Enumerable.Range(0, count).Select(static one => $$"""{"value":{{one}}}"""));
        (await PostAsync($"/topics/{topic}/partitions/{partition}", $$"""{"records":[{{records}}]}""", Json)).Is(200);
    }

    /// <summary>Appends one value as it is.</summary>
    public async Task AppendAsync(Topic topic, byte[] value)
    {
        var batch = new RecordBatchBuilder();
        batch.Append(0, null, value, []);
        await Server.Log.AppendAsync(topic, 0, batch.Build(), Token);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>What a node answered.</summary>
    internal sealed record Reply(
        int Status, string? Type, string Body, string? ProduceFailures, string? RetryAfter)
    {
        public JsonNode Parsed => JsonNode.Parse(Body)!;

        public void Is(int status) => Assert.True(Status == status, $"{Status}: {Body}");

        public void Is(int status, string json, string type = V2)
        {
            Is(status);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), Parsed), Body);
            Assert.Equal(type, Type);
        }

        /// <summary>The status, the code, and something of the message.</summary>
        public void Refuses(int status, int code, string message, string type = V2)
        {
            Is(status);
            Assert.Equal(["error_code", "message"], Parsed.AsObject().Select(static one => one.Key));
            Assert.Equal(code, Parsed["error_code"]!.GetValue<int>());
            Assert.Contains(message, Parsed["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(type, Type);
        }
    }
}
