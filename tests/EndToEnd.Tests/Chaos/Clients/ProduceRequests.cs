using System.Globalization;
using System.Net.Http.Json;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Requests that append records to one partition as one batch.</summary>
internal static class ProduceRequests
{
    private const string V2Json = "application/vnd.kafka.json.v2+json";

    /// <summary>Through the native API.</summary>
    public static HttpRequestMessage Native(int partition, string[] texts) =>
        new(HttpMethod.Post, $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{partition}/records")
        {
            Content = JsonContent.Create(texts.Select(static text => new { value = text })),
        };

    /// <summary>Through REST Proxy v2.</summary>
    public static HttpRequestMessage V2(int partition, string[] texts) =>
        new(HttpMethod.Post, $"/topics/{ChaosRun.TopicName}/partitions/{partition}")
        {
            Content = JsonContent.Create(
                new { records = texts.Select(static text => new { value = text }) }, mediaType: new(V2Json)),
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
}
