using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Queues;

/// <summary>A topic with one queue on it, through any node.</summary>
internal static class QueueTopic
{
    public const string Topic = "orders";
    public const string Group = "billing";

    private const string Queue = $"/api/v1/topics/{Topic}/queues/{Group}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates both; the queue begins with what comes next.</summary>
    /// <param name="node">The node.</param>
    /// <param name="settings">The queue's settings.</param>
    public static async Task CreateAsync(HostProcess node, object settings)
    {
        using var topic = await node.Client.PostAsJsonAsync(
            "/api/v1/topics", new { name = Topic, partitions = 1 }, Cancellation);
        await JsonAsync(topic);
        using var queue = await node.Client.PutAsJsonAsync(Queue, settings, Cancellation);
        await JsonAsync(queue);
    }

    /// <summary>Appends the numbers from 0 on.</summary>
    public static async Task AppendAsync(HostProcess node, int count)
    {
        var records = Enumerable.Range(0, count).Select(static value => new { value });
        using var response = await node.Client.PostAsJsonAsync(
            $"/api/v1/topics/{Topic}/records", records, Cancellation);
        await JsonAsync(response);
    }

    /// <summary>Receives from the queue.</summary>
    public static async Task<JsonElement[]> ReceiveAsync(HostProcess node, string query)
    {
        using var response = await node.Client.PostAsync($"{Queue}:receive?{query}", content: null, Cancellation);
        return [.. (await JsonAsync(response)).GetProperty("records").EnumerateArray()];
    }

    /// <summary>Acknowledges records.</summary>
    /// <returns>How many it could.</returns>
    public static async Task<int> AcknowledgeAsync(HostProcess node, params IEnumerable<JsonElement> records)
    {
        var tokens = records.Select(static record => record.GetProperty("lock_token").GetString());
        using var content = new StringContent(
            JsonSerializer.Serialize(new { lock_tokens = tokens }), Encoding.UTF8, "application/json");
        using var response = await node.Client.PostAsync($"{Queue}:acknowledge", content, Cancellation);
        return (await JsonAsync(response)).GetProperty("succeeded").GetArrayLength();
    }

    /// <summary>What the queue says of itself.</summary>
    public static async Task<JsonElement> DescribeAsync(HostProcess node)
    {
        using var response = await node.Client.GetAsync(Queue, Cancellation);
        return await JsonAsync(response);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
