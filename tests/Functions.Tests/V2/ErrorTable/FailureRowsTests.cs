using Microsoft.AspNetCore.Http;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Tests.V2.ErrorTable;

/// <summary>The rows of Confluent's error table about failures of this side.</summary>
public sealed class FailureRowsTests
{
    private const string Record = """{"records":[{"value":1}]}""";

    [Fact]
    public async Task Of_42901_requests_that_there_is_no_memory_for()
    {
        await using var node = await NodeAsync();
        using var others = node.Server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(long.MaxValue / 2);

        var reply = await node.PostAsync("/topics/orders", Record, V2Node.Json);

        reply.Refuses(429, 42901, "All requests together hold as much memory");
        Assert.Equal("1", reply.RetryAfter);
    }

    [Fact]
    public async Task Of_429_requests_past_a_quota()
    {
        await using var node = await NodeAsync();
        using var put = await node.Server.SendAsync(
            HttpMethod.Put,
            "/quotas/users/User:ANONYMOUS",
            NativeClient.Content("""{"request_rate":1}""", "application/json"));
        await put.JsonAsync();

        // Ten at once, and one more each second.
        var reply = await node.PostAsync("/topics/orders", Record, V2Node.Json);
        for (var request = 0; request < 1_000 && reply.Status != 429; request++)
        {
            reply = await node.PostAsync("/topics/orders", Record, V2Node.Json);
        }

        reply.Refuses(429, 429, "The quota request_rate of User:ANONYMOUS is 1 a second on this node, and used up.");
        Assert.Equal("1", reply.RetryAfter);
    }

    [Fact]
    public async Task Of_50002_damaged_data()
    {
        await using var node = await NodeAsync();
        node.Server.Tables.Interception.Before = static _ => throw new CorruptDataException("This row is damaged.");

        (await node.GetAsync("/consumers/g/instances/c1/subscription"))
            .Refuses(500, 50002, "A check of stored data failed");
    }

    [Fact]
    public async Task Of_50002_records_that_a_retry_does_not_mend()
    {
        await using var node = await NodeAsync();
        (await node.PostAsync("/topics/orders", Record, V2Node.Json, key: "k")).Is(200);

        var reply = await node.PostAsync("/topics/orders", """{"records":[{"value":2}]}""", V2Node.Json, key: "k");

        reply.Is(200);
        Assert.Equal("1", reply.ProduceFailures);
        Assert.Equal(50002, reply.Parsed["offsets"]![0]!["error_code"]!.GetValue<int>());
        Assert.Null(reply.Parsed["offsets"]![0]!["offset"]);
        Assert.NotEmpty(reply.Parsed["offsets"]![0]!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Of_50003_records_that_a_retry_may_mend()
    {
        await using var node = await NodeAsync();
        node.Server.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("The storage is away.")
            : ValueTask.CompletedTask;

        var reply = await node.PostAsync("/topics/orders", Record, V2Node.Json);

        reply.Is(200);
        Assert.Equal("1", reply.ProduceFailures);
        Assert.Equal(50003, reply.Parsed["offsets"]![0]!["error_code"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_50003_changes_that_may_have_happened()
    {
        await using var node = await NodeAsync();
        var written = false;
        node.Server.Tables.Interception.Before = call =>
        {
            if (written)
            {
                throw new StorageUnavailableException("The storage is away.");
            }

            written = call.Operation == StorageOperation.ExecuteTransaction;
            return written
                ? throw new StorageOutcomeUnknownException("The answer was lost.")
                : ValueTask.CompletedTask;
        };

        var reply = await node.PostAsync("/consumers/g/instances/c1/subscription", """{"topics":["orders"]}""");

        reply.Refuses(500, 50003, "The storage service did not say whether the write happened.");
        Assert.Equal("1", reply.RetryAfter);
    }

    [Fact]
    public async Task Of_50302_storage_that_is_away()
    {
        await using var node = await NodeAsync();
        node.Server.Tables.Interception.Before = static _ =>
            throw new StorageUnavailableException("The storage is away.");

        foreach (var path in new[] { "/topics/other", "/topics", "/consumers/g/instances/c1/records" })
        {
            var reply = await node.GetAsync(path);
            reply.Refuses(503, 50302, "The storage service did not do what was asked; nothing was changed.");
            Assert.Equal("1", reply.RetryAfter);
        }
    }

    private static async Task<V2Node> NodeAsync()
    {
        var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        (await node.PostAsync("/consumers/g", """{"name":"c1"}""")).Is(200);
        return node;
    }
}
