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
