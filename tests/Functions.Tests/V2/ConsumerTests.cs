namespace Serverless.Functions.Tests.V2;

public sealed class ConsumerTests
{
    private const string C1 = "/consumers/g1/instances/c1";

    [Fact]
    public async Task An_instance_is_created_once_and_only_with_settings_that_exist()
    {
        await using var node = await V2Node.StartAsync();
        const string Body =
            """{"name":"c1","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}""";

        var authority = node.Server.Client.BaseAddress!.Authority;
        (await node.PostAsync("/consumers/g1", Body)).Is(
            200, $$"""{"instance_id":"c1","base_uri":"http://{{authority}}/consumers/g1/instances/c1"}""");
        (await node.PostAsync("/consumers/g1", Body)).Refuses(
            409, 40902, "Consumer with specified consumer ID already exists in the specified consumer group.");
        (await node.PostAsync("/consumers/g1", """{"format":"xml"}""")).Refuses(422, 422, "Invalid format type.");
        (await node.PostAsync("/consumers/g1", """{"auto.offset.reset":"x"}"""))
            .Refuses(422, 42204, "Invalid consumer configuration: ");
    }

    [Fact]
    public async Task A_subscriber_reads_records_in_the_format_it_was_created_with_and_in_no_other()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync("/topics/orders", """{"records":[{"value":{"total":9.5}}]}""", V2Node.Json);
        await CreateAsync(node);

        (await node.PostAsync($"{C1}/subscription", """{"topics":["orders"]}""")).Is(204);
        (await node.GetAsync($"{C1}/subscription")).Is(200, """{"topics":["orders"]}""");
        (await node.GetAsync($"{C1}/records?timeout=3000&max_bytes=300000", V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":{"total":9.5},"partition":0,"offset":0}]""", V2Node.Json);
        (await node.GetAsync($"{C1}/records", V2Node.Binary)).Refuses(406, 40601, "does not match");
        (await node.GetAsync($"{C1}/records")).Refuses(406, 40601, "does not match");
        (await node.GetAsync($"{C1}/records", V2Node.Plain)).Refuses(406, 406, "HTTP 406", V2Node.Plain);
    }

    [Fact]
    public async Task An_assigned_partition_is_read_from_where_a_seek_put_it_and_rules_out_a_subscription()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 8);
        await CreateAsync(node);
        const string Partition = """{"partitions":[{"topic":"orders","partition":0}]}""";

        (await node.PostAsync($"{C1}/assignments", Partition)).Is(204);
        (await node.GetAsync($"{C1}/assignments")).Is(200, Partition);
        (await node.PostAsync($"{C1}/positions", """{"offsets":[{"topic":"orders","partition":0,"offset":5}]}"""))
            .Is(204);
        (await node.GetAsync($"{C1}/records?max_bytes=1", V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":5,"partition":0,"offset":5}]""", V2Node.Json);
        (await node.PostAsync($"{C1}/subscription", """{"topics":["orders"]}"""))
            .Refuses(409, 40903, "Illegal state: ");
    }

    [Fact]
    public async Task Who_commits_the_offset_of_a_record_goes_on_with_the_next_one()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 9);
        await CreateAsync(node);
        const string Partition = """{"partitions":[{"topic":"orders","partition":0}]}""";
        (await node.PostAsync($"{C1}/assignments", Partition)).Is(204);

        (await node.PostAsync($"{C1}/offsets", """{"offsets":[{"topic":"orders","partition":0,"offset":7}]}"""))
            .Is(200, "[]");
        (await node.SendAsync("GET", $"{C1}/offsets", Partition))
            .Is(200, """{"offsets":[{"topic":"orders","partition":0,"offset":8,"metadata":""}]}""");
        (await node.GetAsync($"{C1}/offsets?topic=orders"))
            .Is(200, """{"offsets":[{"topic":"orders","partition":0,"offset":8,"metadata":""}]}""");
        (await node.SendAsync("DELETE", C1)).Is(204);
        await CreateAsync(node);
        (await node.PostAsync($"{C1}/assignments", Partition)).Is(204);
        (await node.GetAsync($"{C1}/records?timeout=1", V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":8,"partition":0,"offset":8}]""", V2Node.Json);
    }

    [Fact]
    public async Task A_deleted_instance_is_not_found_any_more()
    {
        await using var node = await V2Node.StartAsync();
        await CreateAsync(node);

        (await node.SendAsync("DELETE", C1)).Is(204);
        (await node.SendAsync("DELETE", C1)).Refuses(404, 40403, "Consumer instance not found.");
        foreach (var path in new[] { "/records", "/subscription", "/assignments", "/offsets" })
        {
            (await node.GetAsync(C1 + path)).Refuses(404, 40403, "Consumer instance not found.");
        }
    }

    [Fact]
    public async Task Without_a_body_an_instance_is_named_by_the_server_and_reads_binary()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync("/topics/orders", """{"records":[{"key":"a2V5","value":"aGVsbG8="}]}""", V2Node.Binary);

        var created = await node.PostAsync("/consumers/g1");
        created.Is(200);
        var instance = new Uri(created.Parsed["base_uri"]!.GetValue<string>()).AbsolutePath;
        Assert.StartsWith("/consumers/g1/instances/rest-consumer-", instance, StringComparison.Ordinal);

        await node.PostAsync($"{instance}/subscription", """{"topics":["orders"]}""");
        await node.PostAsync($"{instance}/positions/beginning", """{"partitions":[]}""");
        (await node.GetAsync($"{instance}/records")).Is(
            200,
            """[{"topic":"orders","key":"a2V5","value":"aGVsbG8=","partition":0,"offset":0}]""",
            V2Node.Binary);
    }

    [Fact]
    public async Task Seeking_goes_to_the_beginning_the_end_and_a_time()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 3);
        await node.SubscribeAsync("c1", "\"orders\"");
        const string At = "/consumers/g/instances/c1/positions";
        const string Partition = """{"partitions":[{"topic":"orders","partition":0}]}""";

        (await node.PostAsync($"{At}/end", Partition)).Is(204);
        Assert.Equal("", await node.ReadAsync("c1"));
        (await node.PostAsync($"{At}/beginning", Partition)).Is(204);
        Assert.Equal("orders-0:0 orders-0:1 orders-0:2", await node.ReadAsync("c1"));
        (await node.PostAsync(At, Timestamp("2000-01-01T00:00:00Z"))).Is(204);
        Assert.Equal("orders-0:0 orders-0:1 orders-0:2", await node.ReadAsync("c1"));
        (await node.PostAsync(At, Timestamp("2999-01-01T00:00:00Z"))).Is(204);
        Assert.Equal("", await node.ReadAsync("c1"));
        (await node.PostAsync(At, Timestamp("soon"))).Refuses(400, 400, "'soon'");
        (await node.PostAsync(At, """{"offsets":[{"topic":"orders","partition":1,"offset":0}]}"""))
            .Refuses(409, 40903, "Illegal state: No current assignment for partition orders-1");
    }

    [Fact]
    public async Task A_pattern_takes_in_topics_that_come_later()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders.eu");
        await node.Server.CreateTopicAsync("bills");
        await node.PostAsync("/consumers/g", """{"name":"c1","auto.offset.reset":"earliest"}""");
        (await node.PostAsync("/consumers/g/instances/c1/subscription", """{"topic_pattern":"orders\\..*"}""")).Is(204);

        await node.Server.CreateTopicAsync("orders.us");
        node.Clock.Advance(TimeSpan.FromSeconds(5));
        await node.ProduceAsync("orders.us", 0, 1);
        await node.ProduceAsync("bills", 0, 1);

        Assert.Equal("orders.us-0:0", await node.ReadAsync("c1"));
        (await node.GetAsync("/consumers/g/instances/c1/subscription"))
            .Is(200, """{"topics":["orders.eu","orders.us"]}""");
    }

    [Fact]
    public async Task However_small_the_limit_one_record_is_returned()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 3);
        await node.SubscribeAsync("c1", "\"orders\"");

        Assert.Equal("orders-0:0", await node.ReadAsync("c1", "max_bytes=1"));
        Assert.Equal("orders-0:1 orders-0:2", await node.ReadAsync("c1", "max_bytes=2"));
        Assert.Equal("", await node.ReadAsync("c1", "timeout=1&max_bytes=2"));
    }

    [Fact]
    public async Task A_value_that_is_no_text_stops_a_json_read_in_front_of_it_until_a_seek()
    {
        await using var node = await V2Node.StartAsync();
        var topic = await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 1);
        await node.AppendAsync(topic, [0x7b, 0xff]);
        await node.ProduceAsync("orders", 0, 1);
        await node.SubscribeAsync("c1", "\"orders\"", ",\"format\":\"json\"");
        const string Records = "/consumers/g/instances/c1/records";

        (await node.GetAsync(Records, V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":0,"partition":0,"offset":0}]""", V2Node.Json);
        (await node.GetAsync(Records, V2Node.Json)).Refuses(408, 40801, "orders-0 at offset 1");
        (await node.GetAsync(Records, V2Node.Json)).Refuses(408, 40801, "orders-0 at offset 1");
        await node.PostAsync(
            "/consumers/g/instances/c1/positions", """{"offsets":[{"topic":"orders","partition":0,"offset":2}]}""");
        (await node.GetAsync(Records, V2Node.Json)).Is(
            200, """[{"topic":"orders","key":null,"value":0,"partition":0,"offset":2}]""", V2Node.Json);
    }

    [Fact]
    public async Task A_waiting_read_returns_as_soon_as_a_record_comes()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", ",\"consumer.request.timeout.ms\":100000");
        Assert.Equal("", await node.ReadAsync("c1", "timeout=1"));

        var reading = node.ReadAsync("c1", "timeout=100000");
        await node.ProduceAsync("orders", 0, 1);

        Assert.Equal("orders-0:0", await reading);
    }

    [Fact]
    public async Task A_node_that_leaves_ends_the_reads_that_wait()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", ",\"consumer.request.timeout.ms\":100000");

        var reading = node.ReadAsync("c1", "timeout=100000");
        node.Server.Log.EndWaits();

        Assert.Equal("", await reading);
    }

    private static string Timestamp(string time) =>
        $$"""{"timestamps":[{"topic":"orders","partition":0,"timestamp":"{{time}}"}]}""";

    private static async Task CreateAsync(V2Node node) => (await node.PostAsync(
        "/consumers/g1",
        """{"name":"c1","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}""")).Is(200);
}
