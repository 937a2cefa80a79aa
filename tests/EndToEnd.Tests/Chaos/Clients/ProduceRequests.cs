using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Requests that append records to one partition.</summary>
internal static class ProduceRequests
{
    private const string V2Json = "application/vnd.kafka.json.v2+json";

    /// <summary>Through one of the APIs.</summary>
    /// <param name="api">Which.</param>
    /// <param name="run">Knows the id of the cluster.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="texts">The values.</param>
    public static HttpRequestMessage Of(ProduceApi api, ChaosRun run, int partition, string[] texts) => api switch
    {
        ProduceApi.Native => Native(partition, texts),
        ProduceApi.V2 => V2(partition, texts),
        ProduceApi.V3 => V3(run.ClusterId, partition, texts),
        _ => throw new UnreachableException($"No request is defined for {api}."),
    };

    /// <summary>Through the native API.</summary>
    public static HttpRequestMessage Native(int partition, string[] texts) =>
        new(HttpMethod.Post, $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{partition}/records")
        {
            Content = JsonContent.Create(texts.Select(static text => new { value = text })),
        };

    /// <summary>With a header whose value is a number.</summary>
    public static HttpRequestMessage With(this HttpRequestMessage request, string header, long value) =>
        request.With(header, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>With a header.</summary>
    public static HttpRequestMessage With(this HttpRequestMessage request, string header, string value)
    {
        request.Headers.Add(header, value);
        return request;
    }

    private static HttpRequestMessage V3(string cluster, int partition, string[] texts) =>
        new(HttpMethod.Post, $"/v3/clusters/{cluster}/topics/{ChaosRun.TopicName}/records")
        {
            Content = new StringContent(
                string.Join('\n', texts.Select(text => JsonSerializer.Serialize(
                    new { partition_id = partition, value = new { type = "STRING", data = text } }))),
                Encoding.UTF8,
                "application/json"),
        };

    private static HttpRequestMessage V2(int partition, string[] texts) =>
        new(HttpMethod.Post, $"/topics/{ChaosRun.TopicName}/partitions/{partition}")
        {
            Content = JsonContent.Create(
                new { records = texts.Select(static text => new { value = text }) }, mediaType: new(V2Json)),
        };
}
