namespace Serverless.Functions.Tests.Attacks;

/// <summary>A request whose body is read as JSON, one for each reader of JSON that there is.</summary>
/// <param name="Name">How a failed test tells it.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path; <c>{C}</c> stands for the cluster's id.</param>
/// <param name="MediaType">The type of the body.</param>
/// <param name="Body">The body; <c>§</c> stands where the test puts any JSON value.</param>
public sealed record JsonTarget(string Name, string Method, string Path, string MediaType, string Body)
{
    private const string Json = "application/json";
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string V2Json = "application/vnd.kafka.json.v2+json";
    private const string Event = """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":§}""";

    /// <summary>All that carry records, whose bodies may have megabytes.</summary>
    public static IReadOnlyList<JsonTarget> OfRecords { get; } =
    [
        new("native array", "POST", "/api/v1/topics/t/records", Json, """[{"value":1},{"value":§}]"""),
        new("native record", "POST", "/api/v1/topics/t/partitions/0/records", Json, """{"value":§}"""),
        new("native key", "POST", "/api/v1/topics/t/records", Json, """{"key":§,"value":1}"""),
        new("native headers", "POST", "/api/v1/topics/t/records", Json, """{"headers":§,"value":1}"""),
        new("line", "POST", "/api/v1/topics/t/records", "application/x-ndjson", "§"),
        new("line with a key", "POST", "/api/v1/topics/t/records?key=/a", "application/x-ndjson", """{"b":§}"""),
        new(
            "line of an envelope",
            "POST",
            "/api/v1/topics/t/records?envelope=true",
            "application/x-ndjson",
            """{"value":§}"""),
        new("v2 json", "POST", "/topics/t", V2Json, """{"records":[{"value":§}]}"""),
        new("v2 json key", "POST", "/topics/t/partitions/0", V2Json, """{"records":[{"key":§}]}"""),
        new("v2 binary", "POST", "/topics/t", "application/vnd.kafka.binary.v2+json", """{"records":[{"value":§}]}"""),
        new("v2 application/json", "POST", "/topics/t", Json, """{"records":[{"value":§}]}"""),
        new("v3 record", "POST", "/v3/clusters/{C}/topics/t/records", Json, """{"value":{"type":"JSON","data":§}}"""),
        new(
            "v3 batch",
            "POST",
            "/v3/clusters/{C}/topics/t/records:batch",
            Json,
            """{"entries":[{"id":"1","value":{"type":"JSON","data":§}}]}"""),
        new("structured event", "POST", "/api/v1/topics/t/events", "application/cloudevents+json", Event),
        new("batch of events", "POST", "/api/v1/topics/t/events", "application/cloudevents-batch+json", $"[{Event}]"),
        new(
            "Event Grid event",
            "POST",
            "/topics/t:publish?api-version=2024-06-01",
            "application/cloudevents+json",
            Event),
        new(
            "Event Grid batch",
            "POST",
            "/topics/t:publish?api-version=2024-06-01",
            "application/cloudevents-batch+json",
            $"[{Event}]"),
    ];

    /// <summary>Those that create, change or ask for something, or refuse a member at its name.</summary>
    public static IReadOnlyList<JsonTarget> Others { get; } =
    [
        new("v2 unknown member", "POST", "/topics/t", V2Json, """{"x":§,"records":[]}"""),
        new("topic", "POST", "/api/v1/topics", Json, """{"name":"u","partitions":1,"configs":§}"""),
        new("topic's configs", "PATCH", "/api/v1/topics/t", Json, """{"configs":§}"""),
        new("queue", "PUT", "/api/v1/topics/t/queues/q", Json, """{"delivery_limit":§}"""),
        new("lock tokens", "POST", "/api/v1/topics/t/queues/q:acknowledge", Json, """{"lock_tokens":§}"""),
        new(
            "Event Grid lock tokens",
            "POST",
            "/topics/t/eventsubscriptions/q:acknowledge?api-version=2024-06-01",
            Json,
            """{"lockTokens":§}"""),
        new("fencing token", "PUT", "/api/v1/topics/t/partitions/0/fencing-token", Json, """{"token":§}"""),
        new("producer", "POST", "/api/v1/producers", Json, """{"transactional_id":§}"""),
        new("trim", "POST", "/api/v1/topics/t:trim", Json, """{"partitions":§}"""),
        new("heartbeat", "POST", "/api/v1/groups/g:heartbeat", Json, """{"subscription":§}"""),
        new("commit", "POST", "/api/v1/groups/g/offsets", Json, """{"offsets":§}"""),
        new("reset", "POST", "/api/v1/groups/g/offsets:reset", Json, """{"to":§}"""),
        new("quota", "PUT", "/api/v1/quotas/topics/t", Json, """{"request_rate":§}"""),
        new("v2 instance", "POST", "/consumers/g", V2, """{"name":§}"""),
        new("v2 subscription", "POST", "/consumers/g/instances/i/subscription", V2, """{"topics":§}"""),
        new("v2 positions", "POST", "/consumers/g/instances/i/positions", V2, """{"offsets":§}"""),
        new("v3 topic", "POST", "/v3/clusters/{C}/topics", Json, """{"topic_name":"u","configs":§}"""),
        new("v3 configs", "POST", "/v3/clusters/{C}/topics/t/configs:alter", Json, """{"data":§}"""),
        new("v3 configs of topics", "POST", "/v3/clusters/{C}/topics/-/configs:alter", Json, """{"data":§}"""),
        new("v3 acl", "POST", "/v3/clusters/{C}/acls", Json, """{"resource_type":§}"""),
        new("v3 acls", "POST", "/v3/clusters/{C}/acls:batch", Json, """{"data":§}"""),
        new("v3 reset", "POST", "/v3/clusters/{C}/consumer-groups/g/offsets:reset", Json, """{"to":§}"""),
    ];

    /// <summary>The body with a value in it.</summary>
    public string With(string value) => Body.Replace("§", value, StringComparison.Ordinal);
}
