using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>One instance of a consumer group, as a client of Confluent's REST Proxy v2 works with it.</summary>
internal sealed class GroupInstance
{
    private const string Json = "application/vnd.kafka.v2+json";
    private const string JsonRecords = "application/vnd.kafka.json.v2+json";

    private readonly HttpClient _client;
    private readonly string _base;
    private readonly List<Delivery> _deliveries = [];

    private GroupInstance(HttpClient client, string baseUri)
    {
        _client = client;
        _base = baseUri;
    }

    /// <summary>Everything that came, in the order in which it came.</summary>
    public IReadOnlyList<Delivery> Deliveries => _deliveries;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates the instance at a node and subscribes it to the flights.</summary>
    public static async Task<GroupInstance> SubscribeAsync(HostProcess node, string group, string name)
    {
        using var created = await SendAsync(
            node.Client,
            HttpMethod.Post,
            $"/consumers/{group}",
            new { name, format = "json", auto_offset_reset = "earliest" },
            HttpStatusCode.OK);
        var instance = new GroupInstance(node.Client, created.RootElement.GetProperty("base_uri").GetString()!);
        using var subscribed = await SendAsync(
            node.Client,
            HttpMethod.Post,
            instance._base + "/subscription",
            new { topics = new[] { FlightTopic.Name } },
            HttpStatusCode.NoContent);
        return instance;
    }

    /// <summary>Reads until the group has got as many records as expected, and then once more.</summary>
    /// <param name="count">Counts the records of the whole group.</param>
    /// <param name="expected">How many the group should get.</param>
    public async Task ReadAsync(RecordCount count, int expected)
    {
        while (true)
        {
            var wasComplete = count.Value >= expected;
            await ReadOnceAsync(count);
            if (wasComplete)
            {
                return;
            }
        }
    }

    /// <summary>Leaves the group.</summary>
    public async Task DeleteAsync()
    {
        using var response = await _client.DeleteAsync(_base, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task ReadOnceAsync(RecordCount count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _base + "/records?timeout=1000");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(JsonRecords));
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        using var records = JsonDocument.Parse(text);
        foreach (var record in records.RootElement.EnumerateArray())
        {
            _deliveries.Add(new Delivery(
                record.GetProperty("partition").GetInt32(),
                record.GetProperty("offset").GetInt64(),
                Flight.Of(record.GetProperty("value"))));
        }

        count.Add(records.RootElement.GetArrayLength());
    }

    private static async Task<JsonDocument> SendAsync(
        HttpClient client, HttpMethod method, string uri, object body, HttpStatusCode expected)
    {
        var text = JsonSerializer.Serialize(body)
            .Replace("auto_offset_reset", "auto.offset.reset", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(method, uri) { Content = new StringContent(text, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        using var response = await client.SendAsync(request, Cancellation);
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == expected, $"{method} {uri}: {response.StatusCode} {answer}");
        return JsonDocument.Parse(answer.Length == 0 ? "{}" : answer);
    }
}
