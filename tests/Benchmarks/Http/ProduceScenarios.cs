using System.Text;
using System.Text.Json;
using Serverless.Benchmarks.Flights;

namespace Serverless.Benchmarks.Http;

/// <summary>Every form in which records can be produced; each to a topic of one partition.</summary>
internal static class ProduceScenarios
{
    /// <summary>The names that targets are set for.</summary>
    public const string Ndjson = "NDJSON";

    /// <inheritdoc cref="Ndjson"/>
    public const string Raw = "raw batches";

    /// <inheritdoc cref="Ndjson"/>
    public const string OneJson = "native JSON, one record";

    /// <summary>Where the records go.</summary>
    public const string Topic = "t";

    private const int ClientsOfMany = 8;
    private const int ClientsOfOne = 32;
    private const string V2Json = "application/vnd.kafka.json.v2+json";

    private static readonly string[] One = [Documents.Values[0]];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Many("v2 json", static _ => Task.FromResult(
            PostText($"/topics/{Topic}", V2Json, V2(Documents.Values, static value => value), Documents.PerRequest))),
        Many("v2 binary", static _ => Task.FromResult(PostText(
            $"/topics/{Topic}",
            "application/vnd.kafka.binary.v2+json",
            V2(Documents.Values, static value => $"\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}\""),
            Documents.PerRequest))),
        Many("v3", static async node => PostText(
            $"/v3/clusters/{await ClusterAsync(node)}/topics/{Topic}/records",
            "application/json",
            string.Concat(Documents.Values.Select(static value =>
                $$$"""{"value":{"type":"JSON","data":{{{value}}}}}""")),
            Documents.PerRequest)),
        Many("native JSON", static _ => Task.FromResult(PostText(
            $"/api/v1/topics/{Topic}/records",
            "application/json",
            $"[{string.Join(',', Documents.Values.Select(static value => $$"""{"value":{{value}}}"""))}]",
            Documents.PerRequest))),
        Many(Ndjson, static _ => Task.FromResult(Lines())),
        Many(Raw, static _ => Task.FromResult(Batch())),
        Single("v2 json, one record", PostText(
            $"/topics/{Topic}", V2Json, V2(One, static value => value), One.Length)),
        Single(OneJson, OneRecord()),
        Single("native binary, one record", PostText(
            $"/api/v1/topics/{Topic}/records", "application/octet-stream", One[0], One.Length)),
    ];

    /// <summary>The node's name for itself in paths of v3.</summary>
    public static async Task<string> ClusterAsync(HostProcess node)
    {
        using var answer = JsonDocument.Parse(
            await node.Client.GetByteArrayAsync(new Uri("/v3/clusters", UriKind.Relative)));
        return answer.RootElement.GetProperty("data")[0].GetProperty("cluster_id").GetString()!;
    }

    /// <summary>A request of one record batch.</summary>
    /// <param name="topic">Where it goes.</param>
    public static PreparedRequest Batch(string topic = Topic) => PreparedRequest.Post(
        $"/api/v1/topics/{topic}/partitions/0/batches",
        "application/vnd.kafka.recordbatch.v2",
        Documents.Batch().Bytes.Span,
        Documents.PerRequest);

    /// <summary>A request of as many records as lines.</summary>
    public static PreparedRequest Lines() => PostText(
        $"/api/v1/topics/{Topic}/records",
        "application/x-ndjson",
        string.Concat(Documents.Values.Select(static value => $"{value}\n")),
        Documents.PerRequest);

    /// <summary>A request of one record in JSON.</summary>
    public static PreparedRequest OneRecord() => PostText(
        $"/api/v1/topics/{Topic}/records", "application/json", $$"""{"value":{{One[0]}}}""", One.Length);

    private static Scenario Many(string name, Func<HostProcess, Task<PreparedRequest>> request) =>
        new(name, ScenarioKind.Produce, ClientsOfMany, (node, clients) => PrepareAsync(node, clients, request));

    private static Scenario Single(string name, PreparedRequest request) => new(
        name,
        ScenarioKind.ProduceOne,
        ClientsOfOne,
        (node, clients) => PrepareAsync(node, clients, _ => Task.FromResult(request)));

    private static async Task<PreparedRequest[][]> PrepareAsync(
        HostProcess node, int clients, Func<HostProcess, Task<PreparedRequest>> request)
    {
        await node.CreateTopicAsync(Topic, partitions: 1);
        PreparedRequest[] requests = [await request(node)];
        return [.. Enumerable.Repeat(requests, clients)];
    }

    private static PreparedRequest PostText(string path, string contentType, string body, int records) =>
        PreparedRequest.Post(path, contentType, Encoding.UTF8.GetBytes(body), records);

    private static string V2(IReadOnlyList<string> values, Func<string, string> form) =>
        $$"""{"records":[{{string.Join(',', values.Select(value => $$"""{"value":{{form(value)}}}"""))}}]}""";
}
