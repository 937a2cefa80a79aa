using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.V2;

public sealed class IdempotencyKeyTests
{
    private const string Body = """{"records":[{"value":1},{"key":"k","value":2},{"value":3,"partition":1}]}""";

    [Theory]
    [InlineData("/topics/orders")]
    [InlineData("/topics/orders/partitions/2")]
    public async Task The_same_request_again_is_answered_as_the_first_time_by_any_node(string path)
    {
        await using var one = await V2Node.StartAsync();
        await using var other = await V2Node.StartAsync(beside: one);
        await one.Server.CreateTopicAsync("orders", 4);
        var body = path.EndsWith('2') ? """{"records":[{"value":1},{"value":2}]}""" : Body;

        var first = await one.PostAsync(path, body, V2Node.Json, key: "a");
        var again = await other.PostAsync(path, body, V2Node.Json, key: "a");
        var next = await other.PostAsync(path, body, V2Node.Json, key: "b");

        first.Is(200);
        Assert.Equal(first, again);
        next.Is(200);
        Assert.NotEqual(first.Body, next.Body);
    }

    [Fact]
    public async Task A_part_that_failed_is_appended_by_the_repetition_and_the_rest_is_not()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        await node.ProduceAsync("orders", 0, 1);
        await node.ProduceAsync("orders", 1, 1);
        const string Two = """{"records":[{"value":1,"partition":0},{"value":2,"partition":1}]}""";
        node.Server.Segments.Interception.Before = static call =>
            call.Operation == StorageOperation.Append && call.Target.Contains("00000001/", StringComparison.Ordinal)
                ? throw new StorageUnavailableException("The storage is away.")
                : ValueTask.CompletedTask;

        var first = await node.PostAsync("/topics/orders", Two, V2Node.Json, key: "a");
        node.Server.Segments.Interception.Before = null;
        var again = await node.PostAsync("/topics/orders", Two, V2Node.Json, key: "a");

        Assert.Equal("1", first.ProduceFailures);
        Assert.Null(again.ProduceFailures);
        again.Is(200, """
            {"offsets":[{"partition":0,"offset":1,"error_code":null,"error":null},
                        {"partition":1,"offset":1,"error_code":null,"error":null}],
             "key_schema_id":null,"value_schema_id":null}
            """);
        (await node.GetAsync("/topics/orders/partitions/0/offsets"))
            .Is(200, """{"beginning_offset":0,"end_offset":2}""");
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");

        (await node.PostAsync("/topics/orders", Body, V2Node.Json, key: "a b"))
            .Refuses(400, 400, "Idempotency-Key is 'a b'; it is 1 to 255 visible ASCII characters");
    }

    [Fact]
    public async Task A_key_that_stands_for_another_request_fails_each_record_for_good()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync("/topics/orders", """{"records":[{"value":1}]}""", V2Node.Json, key: "a");

        var reply = await node.PostAsync("/topics/orders", """{"records":[{"value":2}]}""", V2Node.Json, key: "a");

        reply.Is(200);
        Assert.Equal("1", reply.ProduceFailures);
        var failed = reply.Parsed["offsets"]![0]!;
        Assert.Equal(50002, failed["error_code"]!.GetValue<int>());
        var error = failed["error"]!.GetValue<string>();
        Assert.Contains("Another request was stored under the Idempotency-Key", error, StringComparison.Ordinal);
    }
}
