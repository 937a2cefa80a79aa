using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>Speaks REST Proxy v2 (and the native API) as any client does.</summary>
internal static class V2Request
{
    private const string Consumers = "application/vnd.kafka.v2+json";
    private const string JsonRecords = "application/vnd.kafka.json.v2+json";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks a node.</summary>
    /// <param name="client">Of the node.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and the query.</param>
    /// <param name="body">The body as JSON, or null for none.</param>
    /// <exception cref="HttpRequestException">The connection broke; what was asked may have been done.</exception>
    public static async Task<V2Reply> SendAsync(HttpClient client, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(
                path.StartsWith("/consumers", StringComparison.Ordinal) ? Consumers
                : path.StartsWith("/topics", StringComparison.Ordinal) ? JsonRecords
                : "application/json");
        }

        if (path.Contains("/records", StringComparison.Ordinal))
        {
            request.Headers.Accept.ParseAdd(JsonRecords);
        }

        using var response = await client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return new V2Reply((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
