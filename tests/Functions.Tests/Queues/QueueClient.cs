using System.Text.Json;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Queues;

/// <summary>Short words for requests to queues of the native API.</summary>
internal static class QueueClient
{
    private const string Queue = "/topics/t/queues/work";

    /// <summary>Creates the queue <c>work</c> of the topic <c>t</c>, from the first record on.</summary>
    public static async Task CreateQueueAsync(this ApiServer server, string more = "")
    {
        using var put = await server.PutQueueAsync($$"""{"auto_offset_reset":"earliest"{{more}}}""");
        await put.JsonAsync();
    }

    public static Task<HttpResponseMessage> PutQueueAsync(this ApiServer server, string body, string path = Queue) =>
        server.SendAsync(HttpMethod.Put, path, NativeClient.Content(body, "application/json"));

    /// <summary>Appends records to the topic <c>t</c>.</summary>
    public static async Task AppendAsync(this ApiServer server, params int[] values)
    {
        var body = $"[{string.Join(',', values.Select(static value => $$"""{"key":"k","value":{{value}}}"""))}]";
        using var response = await server.PostAsync("/topics/t/records", body);
        await response.JsonAsync();
    }

    /// <summary>Receives from the queue.</summary>
    /// <param name="server">The node.</param>
    /// <param name="query">The query, from the question mark on.</param>
    public static async Task<JsonElement[]> ReceiveAsync(this ApiServer server, string query = "")
    {
        using var response = await server.SendAsync(HttpMethod.Post, $"{Queue}:receive{query}", content: null);
        return [.. (await response.JsonAsync()).GetProperty("records").EnumerateArray()];
    }

    /// <summary>Says something of records that were received.</summary>
    /// <param name="server">The node.</param>
    /// <param name="word">What stands behind the colon, with the query.</param>
    /// <param name="records">The records.</param>
    public static async Task<JsonElement> SayAsync(this ApiServer server, string word, params JsonElement[] records)
    {
        var tokens = records.Select(static record => record.GetProperty("lock_token").GetString());
        using var response = await server.PostAsync(
            $"{Queue}:{word}", JsonSerializer.Serialize(new { lock_tokens = tokens }));
        return await response.JsonAsync();
    }

    public static Task<JsonElement> DescribeAsync(this ApiServer server) => server.ReadAsync(Queue);

    public static int[] Numbers(this IEnumerable<JsonElement> records) =>
        [.. records.Select(static record => record.GetProperty("value").GetInt32())];

    public static string[] FailedCodes(this JsonElement answer) =>
        [.. answer.GetProperty("failed").EnumerateArray().Select(static one => one.GetProperty("code").GetString()!)];
}
