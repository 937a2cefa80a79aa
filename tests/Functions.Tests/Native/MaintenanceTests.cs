using System.Net;
using System.Text.Json;
using Serverless.StorageEngine.Simulation;

namespace Serverless.Functions.Tests.Native;

/// <summary>Maintenance that a client asks for, and what it is told about it.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public async Task Before_the_first_run_there_is_nothing_to_tell()
    {
        await using var server = await ApiServer.StartAsync();

        var seen = await server.ReadAsync("/maintenance");

        Assert.Equal("""{"run":null,"groups":null,"topics":[],"next":null}""", seen.GetRawText());
    }

    [Fact]
    public async Task A_run_takes_the_oldest_segments_away_and_every_node_tells_of_it()
    {
        await using var server = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync(beside: server);
        await server.CreateTopicAsync(
            "t", 1, new("retention.bytes", "30000"), new("segment.bytes", "16384"), new("file.delete.delay.ms", "0"));
        await AppendAsync(server, 20);

        var report = await RunAsync(server, "");

        var did = report.GetProperty("did");
        Assert.True(did.GetProperty("segments_retired").GetInt64() > 0, report.GetRawText());
        Assert.Equal((1, true), (report.GetProperty("topics").GetInt32(), report.GetProperty("complete").GetBoolean()));
        var ends = await other.ReadAsync("/topics/t/partitions/0/offsets");
        Assert.True(ends.GetProperty("log_start_offset").GetInt64() > 0);
        Assert.Equal(20, ends.GetProperty("high_watermark").GetInt64());

        var seen = await other.ReadAsync("/maintenance");
        Assert.Equal(did.GetRawText(), seen.GetProperty("run").GetProperty("did").GetRawText());
        var topic = Assert.Single(seen.GetProperty("topics").EnumerateArray());
        Assert.Equal("t", topic.GetProperty("topic").GetString());
        Assert.NotEqual("null", topic.GetProperty("finished_at").GetRawText());
    }

    [Fact]
    public async Task A_run_over_one_topic_leaves_the_others()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateTopicAsync("u");

        var report = await RunAsync(server, """{"topic":"u"}""");

        Assert.Equal(1, report.GetProperty("topics").GetInt32());
        Assert.Equal("null", report.GetProperty("groups").GetRawText());
        Assert.Equal(["u"], await TopicsAsync(server, ""));
    }

    [Fact]
    public async Task Topics_come_in_pages_that_join()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await server.CreateTopicAsync(name);
        }

        await RunAsync(server, "");

        var (names, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await server.ReadAsync("/maintenance?limit=2" + (after is null ? "" : $"&after={after}"));
            names.AddRange(page.GetProperty("topics").EnumerateArray()
                .Select(static one => one.GetProperty("topic").GetString()!));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(["a", "b", "c"], names.Order());
    }

    [Fact]
    public async Task Offsets_of_a_deleted_topic_go_with_a_run()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var commit = await server.PostAsync(
            "/groups/g/offsets", """{"offsets":[{"topic":"t","partition":0,"next_offset":0}]}""");
        await commit.JsonAsync();
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/topics/t", null);

        var groups = (await RunAsync(server, "")).GetProperty("groups");

        Assert.Equal((1, 1), (
            groups.GetProperty("offsets_removed").GetInt32(), groups.GetProperty("groups_removed").GetInt32()));
        using var gone = await server.GetAsync("/groups/g");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Fact]
    public async Task A_node_is_at_one_run_at_a_time()
    {
        await using var server = await ApiServer.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Tables.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                begun.TrySetResult();
                await gate.Task;
            }
        };
        var first = server.PostAsync("/maintenance/run", "");
        await begun.Task;

        using var second = await server.PostAsync("/maintenance/run", "");

        var problem = await second.ProblemAsync(HttpStatusCode.Conflict, "MAINTENANCE_UNDER_WAY");
        Assert.True(problem.GetProperty("retryable").GetBoolean());
        gate.SetResult();
        using var done = await first;
        await done.JsonAsync();
    }

    [Theory]
    [InlineData("""{"topic":"nothing"}""", 404, "UNKNOWN_TOPIC_OR_PARTITION")]
    [InlineData("""{"topic":"a/b"}""", 400, "INVALID_TOPIC")]
    [InlineData("""{"topic":5}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"topics":["t"]}""", 400, "INVALID_REQUEST")]
    [InlineData("[]", 400, "INVALID_REQUEST")]
    public async Task A_run_that_cannot_be_meant_is_refused(string body, int status, string code)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.PostAsync("/maintenance/run", body);

        await response.ProblemAsync((HttpStatusCode)status, code);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?after=x")]
    [InlineData("?topic=t")]
    public async Task A_page_that_cannot_be_meant_is_refused(string query)
    {
        await using var server = await ApiServer.StartAsync();

        using var response = await server.GetAsync("/maintenance" + query);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    private static async Task AppendAsync(ApiServer server, int records)
    {
        for (var at = 0; at < records; at++)
        {
            using var response = await server.PostAsync(
                "/topics/t/records", $$"""{"value":"{{new string('x', 5_000)}}"}""");
            await response.JsonAsync();
        }
    }

    private static async Task<JsonElement> RunAsync(ApiServer server, string body)
    {
        using var response = await server.PostAsync("/maintenance/run", body);
        return await response.JsonAsync();
    }

    private static async Task<IReadOnlyList<string>> TopicsAsync(ApiServer server, string query) =>
    [
        .. (await server.ReadAsync("/maintenance" + query)).GetProperty("topics").EnumerateArray()
            .Select(static one => one.GetProperty("topic").GetString()!),
    ];
}
