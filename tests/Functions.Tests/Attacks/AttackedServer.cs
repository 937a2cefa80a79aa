using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>A node with the topic <c>t</c>, and ways to send it what no client library would.</summary>
internal sealed class AttackedServer : IAsyncDisposable
{
    private AttackedServer(ApiServer server, string clusterId) => (Server, ClusterId) = (server, clusterId);

    public ApiServer Server { get; }

    /// <summary>
    /// Speaks to the node without being held to the OpenAPI document: the validator of schemas is a program of its own,
    /// which JSON that is made to break readers may break.
    /// </summary>
    public HttpClient Client => field ??= new()
    {
        BaseAddress = Server.Client.BaseAddress,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public string ClusterId { get; }

    public static async Task<AttackedServer> StartAsync(
        ApiSettings? settings = null, Action<IServiceCollection>? configure = null)
    {
        var server = await ApiServer.StartAsync(settings, configure: configure);
        await server.CreateTopicAsync("t");
        using var response = await server.Client.GetAsync("/v3/clusters", NativeClient.Token);
        return new(server, (await response.JsonAsync()).GetProperty("data")[0].GetProperty("cluster_id").GetString()!);
    }

    /// <summary>Sends a body as it stands.</summary>
    /// <returns>Status and body of the answer.</returns>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(
        string method, string path, string mediaType, byte[] body, params string[] encodings)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), path.Replace("{C}", ClusterId, StringComparison.Ordinal))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } },
        };
        foreach (var encoding in encodings)
        {
            Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
        }

        using var response = await Client.SendAsync(request, NativeClient.Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(NativeClient.Token));
    }

    /// <summary>Sends a request without a body that must be served.</summary>
    public async Task<string> ReadAsync(string method, string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), path.Replace("{C}", ClusterId, StringComparison.Ordinal));
        Assert.True(request.Headers.TryAddWithoutValidation("Accept", accept));
        using var response = await Client.SendAsync(request, NativeClient.Token);
        var body = await response.Content.ReadAsStringAsync(NativeClient.Token);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {body}");
        return body;
    }

    /// <summary>Checks that the node holds nothing of a request any more, and serves the next one.</summary>
    /// <param name="memoryBytes">All memory that the node has for requests.</param>
    public async Task ServesAsync(long memoryBytes)
    {
        Assert.True(await EventuallyAsync(() => IsFree(memoryBytes)), "The node still holds memory of the request.");
        var (status, body) = await SendAsync(
            "POST", "/api/v1/topics/t/records", "application/json", """{"value":1}"""u8.ToArray());
        Assert.True(status == HttpStatusCode.OK, body);
    }

    /// <summary>Opens a connection to the node.</summary>
    public async Task<TcpClient> ConnectAsync(int? receiveBufferBytes = null)
    {
        var address = Server.Client.BaseAddress!;
        var client = new TcpClient();
        if (receiveBufferBytes is { } bytes)
        {
            client.ReceiveBufferSize = bytes;
        }

        await client.ConnectAsync(address.Host, address.Port, NativeClient.Token);
        return client;
    }

    /// <summary>Sends a request byte for byte, and reads until the node closes the connection.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), NativeClient.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(NativeClient.Token);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Server.DisposeAsync();
    }

    private bool IsFree(long memoryBytes)
    {
        using var all = Server.Memory.ShareOf(new DefaultHttpContext());
        return all.TryTake(memoryBytes) is null;
    }

    // A request gives back what it held behind its answer.
    private static async Task<bool> EventuallyAsync(Func<bool> holds)
    {
        for (var looks = 0; looks < 2_000; looks++)
        {
            if (holds())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), NativeClient.Token);
        }

        return false;
    }
}
