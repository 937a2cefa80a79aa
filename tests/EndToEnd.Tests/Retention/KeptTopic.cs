using System.Net.Http.Json;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Retention;

/// <summary>A topic of one partition with tiny segments, through any node. A record's value is its number.</summary>
internal static class KeptTopic
{
    public const string Topic = "kept";
    public const int SegmentBytes = 16 * 1024;

    // Some four records make a segment.
    private const int PaddingBytes = 4_000;
    private const string Path = $"/api/v1/topics/{Topic}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="configs">Its settings beside the size of its segments.</param>
    public static async Task CreateAsync(HostProcess node, params (string Name, object Value)[] configs)
    {
        var all = configs.ToDictionary(static one => one.Name, static one => one.Value);
        all["segment.bytes"] = SegmentBytes;
        all["append.interval.ms"] = 0;
        all["file.delete.delay.ms"] = 0;
        using var response = await node.Client.PostAsJsonAsync(
            "/api/v1/topics", new { name = Topic, partitions = 1, configs = all }, Cancellation);
        await JsonAsync(response);
    }

    /// <summary>Appends numbered records, each in a request of its own.</summary>
    /// <param name="node">The node.</param>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="keys">How many keys take turns; 0 for none.</param>
    /// <param name="timestamp">The time of all of them, in milliseconds since 1970; null for now.</param>
    /// <returns>The offset of each number.</returns>
    public static async Task<IReadOnlyDictionary<int, long>> AppendAsync(
        HostProcess node, int first, int count, int keys = 0, long? timestamp = null)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var number in Enumerable.Range(first, count))
        {
            var record = new Dictionary<string, object>
            {
                ["value"] = new { number, padding = new string('x', PaddingBytes) },
            };
            if (keys > 0)
            {
                record["key"] = $"k{number % keys}";
            }

            if (timestamp is { } at)
            {
                record["timestamp"] = at;
            }

            using var response = await node.Client.PostAsJsonAsync($"{Path}/records", record, Cancellation);
            var answer = await JsonAsync(response);
            offsets[number] = answer.GetProperty("offsets")[0].GetProperty("offset").GetInt64();
        }

        return offsets;
    }

    /// <summary>Does what is due, as often as there is something.</summary>
    public static async Task MaintainAsync(HostProcess node)
    {
        JsonElement report;
        var runs = 0;
        do
        {
            using var response = await node.Client.PostAsync("/api/v1/maintenance/run", null, Cancellation);
            report = await JsonAsync(response);
            Assert.Equal(0, report.GetProperty("did").GetProperty("faults").GetInt64());
        }
        while (report.GetProperty("did").GetProperty("steps").GetInt64() > 0 && ++runs < 10);
    }

    /// <summary>Deletes records before an offset.</summary>
    public static async Task<JsonElement> TrimAsync(HostProcess node, long before)
    {
        using var response = await node.Client.PostAsJsonAsync(
            $"{Path}/partitions/0:trim", new { before_offset = before }, Cancellation);
        return await JsonAsync(response);
    }

    /// <summary>The ends of the partition.</summary>
    public static async Task<(long Start, long End)> EndsAsync(HostProcess node)
    {
        var ends = await GetAsync(node, $"{Path}/partitions/0/offsets");
        return (ends.GetProperty("log_start_offset").GetInt64(), ends.GetProperty("high_watermark").GetInt64());
    }

    /// <summary>The bytes that are stored: in append blobs, and in copies.</summary>
    public static async Task<(long Append, long Copy)> StoredAsync(HostProcess node)
    {
        var stored = (await GetAsync(node, $"{Path}/cost")).GetProperty("stored");
        return (stored.GetProperty("append_bytes").GetInt64(), stored.GetProperty("copy_bytes").GetInt64());
    }

    /// <summary>All records from the log start to the end: offset and number of each.</summary>
    public static async Task<IReadOnlyList<(long Offset, int Number)>> ReadAllAsync(HostProcess node)
    {
        var (offset, end) = await EndsAsync(node);
        var records = new List<(long, int)>();
        while (offset < end)
        {
            var page = await GetAsync(node, $"{Path}/partitions/0/records?offset={offset}&limit=50");
            records.AddRange(page.GetProperty("records").EnumerateArray().Select(static record => (
                record.GetProperty("offset").GetInt64(),
                record.GetProperty("value").GetProperty("number").GetInt32())));
            offset = page.GetProperty("next_offset").GetInt64();
        }

        return records;
    }

    /// <summary>The status of a read at an offset.</summary>
    public static async Task<int> StatusAtAsync(HostProcess node, long offset)
    {
        using var response = await node.Client.GetAsync($"{Path}/partitions/0/records?offset={offset}", Cancellation);
        return (int)response.StatusCode;
    }

    private static async Task<JsonElement> GetAsync(HostProcess node, string path)
    {
        using var response = await node.Client.GetAsync(path, Cancellation);
        return await JsonAsync(response);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
