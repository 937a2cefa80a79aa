using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Serverless.Functions.Tests.Native;

/// <summary>Short words for requests to the native API.</summary>
internal static class NativeClient
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(
        this ApiServer server, string path, string body, string mediaType = "application/json") =>
        server.Client.PostAsync("/api/v1" + path, Content(body, mediaType), Token);

    /// <summary>Posts with further headers.</summary>
    /// <param name="server">The node.</param>
    /// <param name="path">Below <c>/api/v1</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">As <c>Name: value|Name: value</c>.</param>
    /// <param name="mediaType">The body's type.</param>
    public static Task<HttpResponseMessage> PostWithAsync(
        this ApiServer server, string path, string body, string headers, string mediaType = "application/json") =>
        server.SendAsync(HttpMethod.Post, path, Content(body, mediaType), headers);

    /// <summary>Sends any body with further headers.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this ApiServer server, HttpMethod method, string path, HttpContent? content, string headers = "")
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Content = content };
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), header);
        }

        return await server.Client.SendAsync(request, Token);
    }

    public static Task<HttpResponseMessage> GetAsync(this ApiServer server, string path) =>
        server.Client.GetAsync("/api/v1" + path, Token);

    public static async Task<JsonElement> ReadAsync(this ApiServer server, string path)
    {
        using var response = await server.GetAsync(path);
        return await response.JsonAsync();
    }

    /// <summary>The JSON of a successful answer.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The problem of a failed answer, which must have this status and code.</summary>
    public static async Task<JsonElement> ProblemAsync(
        this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }

    public static HttpContent Content(string body, string mediaType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    public static IReadOnlyList<string> Values(this JsonElement page) =>
        [.. page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("value").GetRawText())];
}
