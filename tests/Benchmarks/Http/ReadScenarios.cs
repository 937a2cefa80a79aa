using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.Benchmarks.Flights;

namespace Serverless.Benchmarks.Http;

/// <summary>Every form in which records can be read, from a partition that its node has in memory.</summary>
internal static class ReadScenarios
{
    private const string Topic = "t";
    private const string Partition = $"topics/{Topic}/partitions/0";
    private const string V2 = "application/vnd.kafka.v2+json";
    private const int Clients = 8;
    private const int Streams = 2;
    private const int Pages = 100;
    private const int Records = Pages * Documents.PerRequest;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("read v2 json", ScenarioKind.Read, Clients, (node, clients) => ConsumersAsync(node, clients, "json")),
        new("read v2 binary", ScenarioKind.Read, Clients, (node, clients) => ConsumersAsync(node, clients, "binary")),
        new("read v3", ScenarioKind.Read, Clients, static async (node, clients) => await PagesAsync(
            node,
            clients,
            $"/v3/clusters/{await ProduceScenarios.ClusterAsync(node)}/{Partition}/records",
            "application/json")),
        new("read native JSON", ScenarioKind.Read, Clients, static (node, clients) =>
            PagesAsync(node, clients, $"/api/v1/{Partition}/records", "application/json")),
        new("read NDJSON", ScenarioKind.Read, Clients, static (node, clients) =>
            PagesAsync(node, clients, $"/api/v1/{Partition}/records", "application/x-ndjson")),
        new("read raw batches", ScenarioKind.Read, Clients, BatchesAsync),
        new("read SSE", ScenarioKind.Read, Streams, StreamsAsync),
    ];

    private static async Task FillAsync(HostProcess node)
    {
        await node.CreateTopicAsync(Topic, partitions: 1);
        using var connection = new LoadConnection(node.Server.Address);
        var batch = ProduceScenarios.Batch();
        for (var page = 0; page < Pages; page++)
        {
            if (connection.Ask(batch).Status != 200)
            {
                throw new InvalidOperationException("The node refused a batch.");
            }
        }
    }

    private static Task<PreparedRequest[][]> PagesAsync(HostProcess node, int clients, string path, string accept) =>
        PagesAsync(node, clients, page => PreparedRequest.Get(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{path}?offset={page * Documents.PerRequest}&limit={Documents.PerRequest}"),
            accept,
            Documents.PerRequest));

    // The first batch is given however large, and no other fits beside it.
    private static Task<PreparedRequest[][]> BatchesAsync(HostProcess node, int clients) =>
        PagesAsync(node, clients, static page => PreparedRequest.Get(
            string.Create(
                CultureInfo.InvariantCulture,
                $"/api/v1/{Partition}/batches?offset={page * Documents.PerRequest}&max_bytes={Documents.PerRequest}"),
            "*/*",
            Documents.PerRequest));

    private static async Task<PreparedRequest[][]> PagesAsync(
        HostProcess node, int clients, Func<int, PreparedRequest> request)
    {
        await FillAsync(node);
        PreparedRequest[] requests = [.. Enumerable.Range(0, Pages).Select(request)];
        return [.. Enumerable.Repeat(requests, clients)];
    }

    // How long the stream is up to its last record, a first reader finds out.
    private static async Task<PreparedRequest[][]> StreamsAsync(HostProcess node, int clients)
    {
        const string Path = $"/api/v1/{Partition}/records?from=earliest";
        const string Accept = "text/event-stream";
        await FillAsync(node);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Accept.ParseAdd(Accept);
        using var response = await node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await HostProcess.EnsureSuccessAsync(response);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var (records, bytes) = (0, 0L);
        while (records < Records)
        {
            var line = await lines.ReadLineAsync() ?? throw new InvalidDataException("The stream ended too early.");
            bytes += line.Length + 1;
            records += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }

        return [.. Enumerable.Repeat<PreparedRequest[]>([PreparedRequest.Get(Path, Accept, Records, bytes)], clients)];
    }

    private static async Task<PreparedRequest[][]> ConsumersAsync(HostProcess node, int clients, string format)
    {
        await FillAsync(node);
        var all = new List<PreparedRequest[]>();
        for (var number = 0; number < clients; number++)
        {
            all.Add(await ConsumerAsync(node, $"/consumers/g{number}", format));
        }

        return [.. all];
    }

    // A group of its own for each client: it seeks to the beginning, and reads on to the end.
    private static async Task<PreparedRequest[]> ConsumerAsync(HostProcess node, string group, string format)
    {
        await PostAsync(node, group, $$"""{"name":"c","format":"{{format}}","auto.commit.enable":"false"}""");
        var consumer = $"{group}/instances/c";
        await PostAsync(node, $"{consumer}/assignments", $$"""{"partitions":[{"topic":"{{Topic}}","partition":0}]}""");
        var seek = $$"""{"partitions":[{"topic":"{{Topic}}","partition":0}]}""";
        await PostAsync(node, $"{consumer}/positions/beginning", seek);

        List<PreparedRequest> requests =
            [PreparedRequest.Post($"{consumer}/positions/beginning", V2, Encoding.UTF8.GetBytes(seek), records: 0)];
        var path = string.Create(
            CultureInfo.InvariantCulture, $"{consumer}/records?max_bytes={Documents.PerRequest * Documents.Bytes}");
        var accept = $"application/vnd.kafka.{format}.v2+json";
        for (var read = 0; read < Records;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd(accept);
            using var response = await node.Client.SendAsync(request);
            await HostProcess.EnsureSuccessAsync(response);
            using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            requests.Add(PreparedRequest.Get(path, accept, page.RootElement.GetArrayLength()));
            read += page.RootElement.GetArrayLength();
        }

        return [.. requests];
    }

    private static async Task PostAsync(HostProcess node, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(V2));
        using var response = await node.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        await HostProcess.EnsureSuccessAsync(response);
    }
}
