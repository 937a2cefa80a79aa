using System.Net;

namespace Serverless.Functions.Tests.Native;

/// <summary>What a topic costs, as a client is told.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task A_new_topic_costs_nothing_yet()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 3);

        var cost = await server.ReadAsync("/topics/t/cost");

        Assert.Equal(0m, cost.GetProperty("monthly_usd").GetDecimal());
        Assert.Equal((3, 3), (cost.GetProperty("partitions").GetInt32(), cost.GetProperty("partitions_counted").GetInt32()));
        Assert.Equal("null", cost.GetProperty("appends").GetProperty("since").GetRawText());
    }

    [Fact]
    public async Task Appends_of_all_nodes_and_stored_bytes_are_counted_from_the_log()
    {
        await using var server = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: server);
        await server.CreateTopicAsync("t", 1);
        foreach (var node in new[] { server, other, server })
        {
            using var response = await node.PostAsync("/topics/t/records", """{"value":1}""");
            await response.JsonAsync();
        }

        var cost = await server.ReadAsync("/topics/t/cost");

        Assert.Equal(3, cost.GetProperty("appends").GetProperty("counted").GetInt64());
        Assert.Equal("log", cost.GetProperty("appends").GetProperty("source").GetString());
        Assert.True(cost.GetProperty("stored").GetProperty("append_bytes").GetInt64() > 3 * 60);

        // Less than an hour counts as one: 3 an hour are 2,160 a month.
        Assert.Equal(2_160m, cost.GetProperty("appends").GetProperty("per_month").GetDecimal());
        Assert.Equal(0.0108m, cost.GetProperty("appends").GetProperty("usd").GetDecimal());
    }

    [Fact]
    public async Task Of_a_large_topic_some_partitions_are_looked_at()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1_000);

        Assert.Equal(64, (await server.ReadAsync("/topics/t/cost")).GetProperty("partitions_counted").GetInt32());
    }

    [Fact]
    public async Task A_topic_that_there_is_not_has_no_cost()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.GetAsync("/topics/nothing/cost");

        await response.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }
}
