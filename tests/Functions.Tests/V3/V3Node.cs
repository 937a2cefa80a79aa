using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Functions.Api;

namespace Serverless.Functions.Tests.V3;

/// <summary>A node, and words for speaking v3 to it.</summary>
internal sealed class V3Node : IAsyncDisposable
{
    private V3Node(ApiServer server, string clusterId)
    {
        Server = server;
        ClusterId = clusterId;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public ApiServer Server { get; }

    public string ClusterId { get; }

    /// <summary>The path of the cluster, without a slash at the end.</summary>
    public string Cluster => $"/v3/clusters/{ClusterId}";

    /// <summary>The URL of the cluster, as answers name it.</summary>
    public string ClusterUrl => Server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + Cluster;

    public static async Task<V3Node> StartAsync(ApiSettings? settings = null, V3Node? beside = null)
    {
        var server = await ApiServer.StartAsync(settings, beside?.Server);
        using var clusters = JsonDocument.Parse(await server.Client.GetStringAsync("/v3/clusters", Token));
        return new(server, clusters.RootElement.GetProperty("data")[0].GetProperty("cluster_id").GetString()!);
    }

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string mediaType = "application/json",
        string? accept = null,
        string? key = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"{Cluster}/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, mediaType);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        using var response = await Server.Client.SendAsync(request, Token);
        return new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(Token),
            response.Headers.Location?.ToString(),
            response.Content.Headers.ContentType?.MediaType);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body, key: key);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal sealed record Answer(HttpStatusCode Status, string Body, string? Location, string? MediaType)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        /// <summary>The receipts of a stream.</summary>
        public JsonElement[] Receipts =>
        [
            .. Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => JsonDocument.Parse(line).RootElement),
        ];

        /// <summary>Their codes, in order.</summary>
        public int[] Codes => [.. Receipts.Select(static receipt => receipt.GetProperty("error_code").GetInt32())];

        /// <summary>Their offsets, in order.</summary>
        public int[] Offsets => [.. Receipts.Select(static receipt => receipt.GetProperty("offset").GetInt32())];

        public void IsError(int status, int code, string message)
        {
            Assert.Equal(
                (status, code, message),
                ((int)Status, Json.GetProperty("error_code").GetInt32(), Json.GetProperty("message").GetString()!));
            Assert.Equal("application/json", MediaType);
        }

        public void IsErrorLike(int status, int code, string messagePart)
        {
            Assert.Equal((status, code), ((int)Status, Json.GetProperty("error_code").GetInt32()));
            Assert.Contains(messagePart, Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }
}
