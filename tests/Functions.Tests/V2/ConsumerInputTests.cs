namespace Serverless.Functions.Tests.V2;

public sealed class ConsumerInputTests
{
    private const string At = "/consumers/g/instances/c1";

    [Theory]
    [InlineData("""{"format":"avro"}""", 422, "Invalid format type.")]
    [InlineData("""{"fetch.min.bytes":-2}""", 40001, "It does not abide by the constraints: ")]
    [InlineData("""{"fetch.min.bytes":10000001}""", 40001, "It does not abide by the constraints: ")]
    [InlineData("""{"responseMinBytes":-2}""", 40001, "It does not abide by the constraints: ")]
    [InlineData("""{"consumer.request.timeout.ms":2147483648}""", 40001, "It does not abide by the constraints: ")]
    [InlineData("""{"auto.commit.enable":"maybe"}""", 42204, "Invalid consumer configuration: ")]
    [InlineData("""{"auto.commit.enable":"\ud800"}""", 42204, "Invalid consumer configuration: ")]
    [InlineData("""{"name":""}""", 42204, "Invalid consumer configuration: ")]
    [InlineData("""{"name":"bad name/x"}""", 42204, "Invalid consumer configuration: name: ")]
    [InlineData("""{"id":"a\\b"}""", 42204, "Invalid consumer configuration: name: ")]
    [InlineData("""{"name":"a\nb"}""", 42204, "Invalid consumer configuration: name: ")]
    [InlineData("""{"name":"."}""", 42204, "Invalid consumer configuration: name: ")]
    [InlineData("""{"name":".."}""", 42204, "Invalid consumer configuration: name: ")]
    public async Task Settings_out_of_range_are_refused(string body, int code, string message)
    {
        await using var node = await V2Node.StartAsync();

        (await node.PostAsync("/consumers/g", body)).Refuses(422, code, message);
    }

    [Theory]
    [InlineData("""{"format":"JSON","auto.commit.enable":true,"fetch.min.bytes":-1}""")]
    [InlineData("""{"id":"i","name":"n","requestWaitMs":"10","auto.offset.reset":"None"}""")]
    [InlineData("""{"consumer.request.timeout.ms":0,"fetch.min.bytes":10000000}""")]
    [InlineData("""{"consumer.request.timeout.ms":-1}""")]
    [InlineData("""{"group.instance.id":"host-1","partition.assignment.strategy":"roundrobin"}""")]
    [InlineData("null")]
    public async Task What_Confluent_takes_is_taken(string body)
    {
        await using var node = await V2Node.StartAsync();

        (await node.PostAsync("/consumers/g", body)).Is(200);
    }

    [Theory]
    [InlineData("c 1")]
    [InlineData("c%2F1")]
    [InlineData("c%1")]
    [InlineData("c+1;a=b?c#d&e:f")]
    [InlineData("größe…")]
    [InlineData("...")]
    public async Task The_base_uri_of_an_instance_leads_to_it(string name)
    {
        await using var node = await V2Node.StartAsync();

        foreach (var group in new[] { "g", "g%2Fh", "g%25h%20i%5Cj" })
        {
            var created = await node.PostAsync($"/consumers/{group}", $$"""{"name":"{{name}}"}""");
            created.Is(200);
            var uri = new Uri(created.Parsed["base_uri"]!.GetValue<string>());

            (await node.GetAsync(uri.PathAndQuery + "/subscription")).Is(200, """{"topics":[]}""");
            (await node.GetAsync($"/consumers/{group}/instances/{Uri.EscapeDataString(name)}/subscription"))
                .Is(200, """{"topics":[]}""");
        }
    }

    [Theory]
    [InlineData("", "{")]
    [InlineData("", """{"nam":"x"}""")]
    [InlineData("", """{"name":1}""")]
    [InlineData("", """{"name":"x"} {}""")]
    [InlineData("/instances/c1/subscription", """{"topics":"orders"}""")]
    [InlineData("/instances/c1/subscription", """{"topic_pattern":"("}""")]
    [InlineData("/instances/c1/assignments", """{"partitions":[{"topic":"orders"}]}""")]
    [InlineData("/instances/c1/assignments", """{"partitions":[{"topic":"orders","partition":1.5}]}""")]
    [InlineData("/instances/c1/positions", """{"offsets":[{"topic":"orders","partition":0,"offset":"x"}]}""")]
    [InlineData("/instances/c1/offsets", """{"offsets":[{"topic":"orders","partition":0}]}""")]
    public async Task A_body_that_does_not_fit_is_a_bad_request(string path, string body)
    {
        await using var node = await NodeAsync();

        (await node.PostAsync("/consumers/g" + path, body)).Refuses(400, 400, "Bad Request: ");
    }

    [Theory]
    [InlineData("/subscription", """{"topics":["a b"]}""", 400, 40002)]
    [InlineData("/subscription", """{"topics":[null]}""", 400, 40002)]
    [InlineData("/subscription", "", 422, 422)]
    [InlineData("/assignments", """{"partitions":[{"topic":"orders","partition":-1}]}""", 422, 422)]
    [InlineData("/assignments", """{"partitions":[null]}""", 422, 422)]
    [InlineData("/positions", """{"offsets":[{"topic":"orders","partition":0,"offset":-1}]}""", 422, 422)]
    [InlineData("/offsets", """{"offsets":[{"topic":"orders","partition":0,"offset":-1}]}""", 422, 422)]
    [InlineData(
        "/offsets", """{"offsets":[{"topic":"orders","partition":0,"offset":9223372036854775807}]}""", 422, 422)]
    [InlineData("/offsets", """{"offsets":[{"topic":"nope","partition":0,"offset":1}]}""", 404, 40403)]
    [InlineData("/offsets", """{"offsets":[{"topic":"orders","partition":9,"offset":1}]}""", 404, 40403)]
    public async Task A_body_that_breaks_a_rule_says_which(string path, string body, int status, int code)
    {
        await using var node = await NodeAsync();

        (await node.PostAsync(At + path, body)).Refuses(status, code, "");
    }

    [Theory]
    [InlineData("(?=a)b", "look-around, back references")]
    [InlineData("(a)\\\\1", "look-around, back references")]
    [InlineData("(", "Not enough )'s")]
    public async Task A_pattern_that_cannot_be_used_is_told_why_in_plain_words(string pattern, string why)
    {
        await using var node = await NodeAsync();

        var answer = await node.PostAsync(At + "/subscription", "{\"topic_pattern\":\"" + pattern + "\"}");

        answer.Refuses(400, 400, "Bad Request: The topic_pattern cannot be used: ");
        Assert.Contains(why, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("RegexOptions", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/offsets", "9223372036854775807")]
    [InlineData("/positions", "9223372036854775807")]
    [InlineData("/positions", "-1")]
    public async Task An_offset_out_of_bounds_is_told_both_bounds(string path, string offset)
    {
        await using var node = await NodeAsync();
        var body = "{\"offsets\":[{\"topic\":\"orders\",\"partition\":0,\"offset\":" + offset + "}]}";

        (await node.PostAsync(At + path, body))
            .Refuses(422, 422, $"offset must be 0 to 9223372036854775806, and is {offset}");
    }

    [Fact]
    public async Task A_body_needs_one_of_the_v2_types()
    {
        await using var node = await NodeAsync();

        foreach (var type in new[] { "application/json", "text/plain", null })
        {
            (await node.PostAsync(At + "/subscription", """{"topics":["orders"]}""", type))
                .Refuses(415, 415, "HTTP 415 Unsupported Media Type", V2Node.Plain);
            (await node.SendAsync("GET", At + "/offsets", """{"partitions":[]}""", type))
                .Refuses(415, 415, "HTTP 415 Unsupported Media Type", V2Node.Plain);
        }

        (await node.PostAsync(At + "/subscription", """{"topics":["orders"]}""", V2Node.Json)).Is(204);
    }

    [Fact]
    public async Task A_client_that_always_accepts_an_embedded_type_gets_it()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync(At + "/subscription", V2Node.Json)).Is(200, """{"topics":[]}""", V2Node.Json);
        (await node.GetAsync(At + "/subscription", "*/*")).Is(200, """{"topics":[]}""");
        (await node.GetAsync(At + "/subscription", V2Node.Plain)).Refuses(406, 406, "HTTP 406", V2Node.Plain);
    }

    [Fact]
    public async Task Committed_offsets_need_a_body_or_a_query()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync(At + "/offsets")).Refuses(404, 40402, "Partition not found.");
        (await node.GetAsync(At + "/offsets?topic=nope")).Refuses(404, 40403, "");
        (await node.GetAsync(At + "/offsets?topic=orders&partition=5")).Refuses(404, 40402, "");
        (await node.GetAsync(At + "/offsets?topic=orders&partition=0")).Is(200, """{"offsets":[]}""");
    }

    [Fact]
    public async Task Reading_without_a_subscription_says_what_is_missing()
    {
        await using var node = await NodeAsync();

        (await node.GetAsync(At + "/records")).Refuses(409, 40903, "not subscribed");
        (await node.GetAsync(At + "/records?timeout=x")).Refuses(400, 400, "timeout");
        (await node.GetAsync(At + "/records?max_bytes=1.5")).Refuses(400, 400, "max_bytes");
    }

    [Fact]
    public async Task Any_text_names_a_group_and_an_instance()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        var created = await node.PostAsync("/consumers/a%20b%3F%C3%A9%F0%9F%98%80", """{"name":"x y?#é😀"}""");
        created.Is(200);
        var path = new Uri(created.Parsed["base_uri"]!.GetValue<string>()).PathAndQuery;
        (await node.PostAsync(path + "/subscription", """{"topics":["orders"]}""")).Is(204);
        (await node.GetAsync(path + "/subscription")).Is(200, """{"topics":["orders"]}""");

        (await node.PostAsync("/consumers/" + new string('g', 256))).Refuses(400, 40002, "255");
    }

    private static async Task<V2Node> NodeAsync()
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        (await node.PostAsync("/consumers/g", """{"name":"c1"}""")).Is(200);
        return node;
    }
}
