using System.Net;
using System.Text.Json;

namespace Serverless.Functions.Tests.Native;

/// <summary>Records that a client deletes.</summary>
public sealed class TrimTests
{
    [Fact]
    public async Task What_lies_before_the_offset_is_gone_on_every_node_and_the_rest_stays()
    {
        await using var server = await WithRecordsAsync(partitions: 1, records: 5);
        await using var other = await ApiServer.StartAsync(beside: server);
        Assert.Equal(5, (await other.ReadAsync("/topics/t/partitions/0/records?offset=0")).Values().Count);

        var answer = await TrimAsync(server, "/partitions/0:trim", """{"before_offset":3}""");

        Assert.Equal(
            """{"partition":0,"log_start_offset":3,"high_watermark":5}""", answer.GetRawText());
        Assert.Equal(["3", "4"], (await other.ReadAsync("/topics/t/partitions/0/records?from=earliest")).Values());
        using var gone = await server.GetAsync("/topics/t/partitions/0/records?offset=2");
        var problem = await gone.ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "OFFSET_OUT_OF_RANGE");
        Assert.Equal(3, problem.GetProperty("log_start_offset").GetInt64());
    }

    [Fact]
    public async Task Minus_one_deletes_all_there_is_and_the_next_record_gets_the_next_offset()
    {
        await using var server = await WithRecordsAsync(partitions: 1, records: 2);

        var answer = await TrimAsync(server, "/partitions/0:trim", """{"before_offset":-1}""");

        Assert.Equal(2, answer.GetProperty("log_start_offset").GetInt64());
        using var next = await server.PostAsync("/topics/t/records", """{"value":9}""");
        Assert.Equal(2, (await next.JsonAsync()).GetProperty("offsets")[0].GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task An_offset_before_the_log_start_changes_nothing()
    {
        await using var server = await WithRecordsAsync(partitions: 1, records: 5);
        await TrimAsync(server, "/partitions/0:trim", """{"before_offset":3}""");

        var again = await TrimAsync(server, "/partitions/0:trim", """{"before_offset":1}""");

        Assert.Equal(3, again.GetProperty("log_start_offset").GetInt64());
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-2)]
    public async Task An_offset_that_the_log_has_not_reached_is_refused_with_both_ends(long before)
    {
        await using var server = await WithRecordsAsync(partitions: 1, records: 5);

        using var response = await server.PostAsync(
            "/topics/t/partitions/0:trim", $$"""{"before_offset":{{before}}}""");

        var problem = await response.ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "OFFSET_OUT_OF_RANGE");
        Assert.Equal((0, 5), (
            problem.GetProperty("log_start_offset").GetInt32(), problem.GetProperty("high_watermark").GetInt32()));
        Assert.Equal(5, (await server.ReadAsync("/topics/t/partitions/0/records?from=earliest")).Values().Count);
    }

    [Fact]
    public async Task Of_several_partitions_each_has_its_own_result()
    {
        await using var server = await WithRecordsAsync(partitions: 3, records: 4);

        var answer = await TrimAsync(
            server,
            ":trim",
            """{"partitions":[{"partition":2,"before_offset":-1},{"partition":0,"before_offset":99}]}""");

        var results = answer.GetProperty("partitions").EnumerateArray().ToList();
        Assert.Equal(
            """{"partition":2,"log_start_offset":4,"high_watermark":4}""", results[0].GetRawText());
        Assert.Equal("OFFSET_OUT_OF_RANGE", results[1].GetProperty("code").GetString());
        Assert.Equal((0, 0, 4), (
            results[1].GetProperty("partition").GetInt32(),
            results[1].GetProperty("log_start_offset").GetInt32(),
            results[1].GetProperty("high_watermark").GetInt32()));
        Assert.Equal([0, 0, 4], await StartsAsync(server));
    }

    [Theory]
    [InlineData("/partitions/0:trim", "{}", 400)]
    [InlineData("/partitions/0:trim", """{"before_offset":"all"}""", 400)]
    [InlineData("/partitions/0:trim", """{"offset":1}""", 400)]
    [InlineData("/partitions/7:trim", """{"before_offset":1}""", 404)]
    [InlineData(":trim", "{}", 400)]
    [InlineData(":trim", """{"partitions":[]}""", 400)]
    [InlineData(":trim", """{"partitions":[null]}""", 400)]
    [InlineData(":trim", """{"partitions":[{"partition":0}]}""", 400)]
    [InlineData(":trim", """{"partitions":[{"before_offset":0}]}""", 400)]
    [InlineData(":trim", """{"partitions":[{"partition":0,"before_offset":1},{"partition":0,"before_offset":2}]}""", 400)]
    [InlineData(":trim", """{"partitions":[{"partition":0,"before_offset":1},{"partition":7,"before_offset":2}]}""", 404)]
    public async Task A_request_that_cannot_be_meant_trims_nothing(string path, string body, int status)
    {
        await using var server = await WithRecordsAsync(partitions: 2, records: 2);

        using var response = await server.PostAsync("/topics/t" + path, body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal([0, 0], await StartsAsync(server));
    }

    [Fact]
    public async Task A_topic_that_there_is_not_is_not_trimmed()
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/topics/t:trim", """{"partitions":[]}""");

        await response.ProblemAsync(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    private static async Task<ApiServer> WithRecordsAsync(int partitions, int records)
    {
        var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", partitions);
        foreach (var partition in Enumerable.Range(0, partitions))
        {
            using var response = await server.PostAsync(
                $"/topics/t/partitions/{partition}/records",
                $"[{string.Join(',', Enumerable.Range(0, records).Select(static at => $$"""{"value":{{at}}}"""))}]");
            await response.JsonAsync();
        }

        return server;
    }

    private static async Task<JsonElement> TrimAsync(ApiServer server, string path, string body)
    {
        using var response = await server.PostAsync("/topics/t" + path, body);
        return await response.JsonAsync();
    }

    private static async Task<IReadOnlyList<long>> StartsAsync(ApiServer server) =>
    [
        .. (await server.ReadAsync("/topics/t/offsets")).GetProperty("partitions").EnumerateArray()
            .Select(static one => one.GetProperty("log_start_offset").GetInt64()),
    ];
}
