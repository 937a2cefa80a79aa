using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

/// <summary>The topic of the flights, through one node.</summary>
/// <param name="node">The node to ask.</param>
internal sealed class FlightTopic(HostProcess node)
{
    /// <summary>Its name.</summary>
    public const string Name = "flights";

    /// <summary>The number of its partitions.</summary>
    public const int Partitions = 6;

    private const string Records = $"/api/v1/topics/{Name}/records?key=origin";

    /// <summary>Where the records are posted to.</summary>
    public static string RecordsPath => Records;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates the topic.</summary>
    public async Task CreateAsync()
    {
        using var response = await node.Client.PostAsJsonAsync(
            "/api/v1/topics", new { name = Name, partitions = Partitions }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>Publishes the whole file in one streamed request.</summary>
    /// <param name="idempotencyKey">The request's key, or null.</param>
    /// <returns>How many records the node says are durable.</returns>
    public async Task<long> PublishFileAsync(string? idempotencyKey = null)
    {
        await using var file = File.OpenRead(Flight.DataPath);
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, Records) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await node.Client.SendAsync(request, Cancellation);
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, answer);
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("records").GetInt64();
    }

    /// <summary>Reads everything that is in the topic.</summary>
    public async Task<List<Delivery>> ReadAllAsync()
    {
        var deliveries = new List<Delivery>();
        for (var partition = 0; partition < Partitions; partition++)
        {
            await ReadPartitionAsync(partition, deliveries);
        }

        return deliveries;
    }

    private async Task ReadPartitionAsync(int partition, List<Delivery> deliveries)
    {
        var offset = 0L;
        while (true)
        {
            using var page = JsonDocument.Parse(await node.Client.GetStringAsync(
                $"/api/v1/topics/{Name}/partitions/{partition}/records?offset={offset}&limit=5000", Cancellation));
            var records = page.RootElement.GetProperty("records");
            if (records.GetArrayLength() == 0)
            {
                Assert.Equal(offset, page.RootElement.GetProperty("high_watermark").GetInt64());
                return;
            }

            foreach (var record in records.EnumerateArray())
            {
                Assert.Equal(partition, record.GetProperty("partition").GetInt32());
                Assert.Equal(offset++, record.GetProperty("offset").GetInt64());
                var flight = Flight.Of(record.GetProperty("value"));
                Assert.Equal(flight.Origin, record.GetProperty("key").GetString());
                deliveries.Add(new Delivery(partition, offset - 1, flight));
            }
        }
    }
}
