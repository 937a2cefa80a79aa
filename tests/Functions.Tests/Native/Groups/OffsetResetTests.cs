using System.Net;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using static Serverless.Functions.Tests.Native.Groups.GroupClient;

namespace Serverless.Functions.Tests.Native.Groups;

public sealed class OffsetResetTests
{
    [Theory]
    [InlineData("""{"to":"earliest"}""", "0:0 1:0")]
    [InlineData("""{"to":"latest"}""", "0:3 1:2")]
    [InlineData("""{"to_offset":2}""", "0:2 1:2")]
    [InlineData("""{"to_offset":99}""", "0:3 1:2")]
    [InlineData("""{"shift_by":1}""", "0:2 1:2")]
    [InlineData("""{"shift_by":-9223372036854775808}""", "0:0 1:0")]
    [InlineData("""{"to_time":"2020-01-01T00:00:00Z"}""", "0:0 1:0")]
    [InlineData("""{"to_time":"4102444800000"}""", "0:3 1:2")]
    [InlineData("""{"by_duration":"PT1H"}""", "0:0 1:0")]
    [InlineData("""{"by_duration":"P99999D"}""", "0:0 1:0")]
    [InlineData("""{"to":"latest","topics":[{"topic":"orders","partitions":[0]}]}""", "0:3 1:1")]
    [InlineData("""{"to":"earliest","topics":[{"topic":"orders"}]}""", "0:0 1:0")]
    [InlineData("""{"to":"latest","dry_run":true}""", "0:1 1:1")]
    public async Task Offsets_are_reset_as_asked(string body, string committed)
    {
        await using var server = await CommittedAsync();

        using var response = await server.PostAsync("/groups/g/offsets:reset", body);

        await response.JsonAsync();
        Assert.Equal(committed, await server.CommittedAsync());
    }

    [Fact]
    public async Task The_answer_says_what_was_and_what_is_committed()
    {
        await using var server = await CommittedAsync();

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset",
            """{"to_offset":7,"topics":[{"topic":"orders","partitions":[1]}],"dry_run":true}""");

        Assert.Equal(
            """{"group":"g","dry_run":true,"offsets":[{"topic":"orders","partition":1,"previous_offset":1,"next_offset":2,"log_start_offset":0,"high_watermark":2,"clamped":true}]}""",
            (await response.JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task A_group_can_be_given_its_place_before_its_first_member_comes()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset", """{"to":"latest","topics":[{"topic":"orders"}]}""");

        await response.JsonAsync();
        Assert.Equal("0:3 1:2", await server.CommittedAsync());
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Nothing_is_reset_while_the_group_has_members(string dryRun)
    {
        await using var server = await CommittedAsync();
        await server.JoinAsync("a");

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset", $$"""{"to":"latest","dry_run":{{dryRun}}}""");

        await response.ProblemAsync(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
        Assert.Equal("0:1 1:1", await server.CommittedAsync());
    }

    [Theory]
    [InlineData("""{}""", 400, "The body has 0 of the members to, to_offset, to_time, shift_by and by_duration")]
    [InlineData("""{"to":"latest","shift_by":1}""", 400, "The body has 2 of the members")]
    [InlineData("""{"to":"middle"}""", 400, "'to' is 'middle'; it is earliest or latest.")]
    [InlineData("""{"to_offset":-1}""", 400, "'to_offset' is -1; it is an offset from 0 on.")]
    [InlineData("""{"to_time":"noon"}""", 400, "'to_time' is 'noon'; it is milliseconds since 1970 or ISO 8601.")]
    [InlineData("""{"by_duration":"1h"}""", 400, "'by_duration' is '1h'; it is an ISO 8601 duration like PT1H")]
    [InlineData("""{"by_duration":"-PT1H"}""", 400, "'by_duration' is '-PT1H'")]
    [InlineData("""{"by_duration":"P99999999999D"}""", 400, "'by_duration' is 'P99999999999D'")]
    [InlineData("""{"shift_by":1.5}""", 400, "The member 'shift_by' is '1.5'; it is a whole number like 3.")]
    [InlineData("""{"to":"latest","dry_run":1}""", 400, "The member 'dry_run' is '1'; it is true or false.")]
    [InlineData("""{"to":"latest","topics":["orders"]}""", 400, "An entry of 'topics' is an object with some of topic")]
    [InlineData("""{"to":"latest","topics":[{}]}""", 400, "An entry of 'topics' has no 'topic'")]
    [InlineData("""{"to":"latest","topics":[{"topic":"orders"},{"topic":"orders"}]}""", 400, "'orders' stands twice")]
    [InlineData("""{"to":"latest","topics":[{"topic":"nope"}]}""", 404, "There is no topic 'nope'.")]
    [InlineData("""{"to":"latest","topics":[{"topic":"orders","partitions":[9]}]}""", 404, "has no partition 9")]
    public async Task A_reset_that_cannot_be_is_refused(string body, int status, string sentence)
    {
        await using var server = await CommittedAsync();

        using var response = await server.PostAsync("/groups/g/offsets:reset", body);

        var problem = await response.ProblemAsync(
            (HttpStatusCode)status, status == 400 ? "INVALID_REQUEST" : "UNKNOWN_TOPIC_OR_PARTITION");
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("0:1 1:1", await server.CommittedAsync());
    }

    [Fact]
    public async Task A_reset_is_refused_at_the_first_topic_with_more_partitions_than_a_group_can_have()
    {
        await using var server = await StartAsync();
        await server.CreateTopicAsync("a", partitions: 6_000);
        await server.CreateTopicAsync("b", partitions: 6_000);

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset", """{"to":"latest","topics":[{"topic":"a"},{"topic":"b"},{"topic":"nope"}]}""");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(
            "The request names more than 10000 partitions; so many are possible.",
            problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_reset_that_an_outage_cuts_short_says_how_much_of_it_stands()
    {
        await using var server = await StartAsync();
        await server.CreateTopicAsync("wide", partitions: 60);
        await server.CommittedAsync(0, 1);
        var transactions = 0;
        server.Tables.Interception.Before = call =>
            call is { Operation: StorageOperation.ExecuteTransaction, Target: "group|g" } && ++transactions == 2
                ? throw new StorageUnavailableException("Connection refused.")
                : ValueTask.CompletedTask;

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset", """{"to":"earliest","topics":[{"topic":"wide"}]}""");

        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "STORAGE_UNAVAILABLE");
        Assert.Equal("applied", problem.GetProperty("side_effects").GetString());
        Assert.Equal(
            "The storage service failed when the first 50 of 60 partitions were reset; the others are as they were.",
            problem.GetProperty("detail").GetString());
        using var offsets = await server.GetAsync("/groups/g/offsets?topic=wide");
        Assert.Equal(50, (await offsets.JsonAsync()).GetProperty("offsets").GetArrayLength());
    }

    [Fact]
    public async Task What_was_never_committed_cannot_be_shifted()
    {
        await using var server = await StartAsync();
        await server.CommittedAsync(0, 1);

        using var response = await server.PostAsync(
            "/groups/g/offsets:reset", """{"shift_by":1,"topics":[{"topic":"orders"}]}""");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal("0:1", await server.CommittedAsync());
    }

    private static async Task<ApiServer> CommittedAsync()
    {
        var server = await StartAsync();
        await server.CommittedAsync(0, 1);
        await server.CommittedAsync(1, 1);
        return server;
    }
}
