using System.Net;
using System.Text.Json;
using static Serverless.Functions.Tests.Native.Groups.GroupClient;

namespace Serverless.Functions.Tests.Native.Groups;

public sealed class GroupTests
{
    [Fact]
    public async Task A_group_is_described_with_its_members_and_what_each_has()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a", ""","instance_id":"desk","assignor":"range","session_timeout_ms":10000""");

        var group = await server.ReadAsync("/groups/g");

        Assert.Equal(
            $$"""{"group":"g","state":"stable","epoch":{{a.Epoch}},"assignment_epoch":{{a.Epoch}},"assignor":"range","members":[{"member_id":"a","instance_id":"desk","member_epoch":{{a.Epoch}},"session_timeout_ms":10000,"assignor":"range","away":false,"subscribed_topics":["orders"],"assignment":[{"topic":"orders","partitions":[0,1]}],"revoking":[]}]}""",
            group.GetRawText());
    }

    [Fact]
    public async Task What_a_member_has_to_give_up_is_shown()
    {
        await using var server = await StartAsync();
        await server.JoinAsync("a");
        await server.BeatAsync("b", 0, ""","subscribed_pattern":"orders|later" """);

        var group = await server.ReadAsync("/groups/g");

        Assert.Equal("reconciling", group.GetProperty("state").GetString());
        var (a, b) = (group.GetProperty("members")[0], group.GetProperty("members")[1]);
        Assert.Equal(2, a.GetProperty("assignment")[0].GetProperty("partitions").GetArrayLength());
        Assert.Equal(1, a.GetProperty("revoking")[0].GetProperty("partitions").GetArrayLength());
        Assert.Equal("orders|later", b.GetProperty("subscribed_pattern").GetString());
        Assert.Equal(0, b.GetProperty("assignment").GetArrayLength());
    }

    [Fact]
    public async Task Groups_are_listed_page_by_page()
    {
        await using var server = await StartAsync();
        foreach (var name in new[] { "one", "three", "two" })
        {
            using var commit = await server.PostAsync(
                $"/groups/{name}/offsets", """{"offsets":[{"topic":"orders","partition":0,"next_offset":1}]}""");
            await commit.JsonAsync();
        }

        var first = await server.ReadAsync("/groups?limit=2");
        var second = await server.ReadAsync($"/groups?limit=2&after={first.GetProperty("next").GetString()}");

        Assert.Equal(["one", "three"], Names(first));
        Assert.Equal(["two"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal("empty", second.GetProperty("groups")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_group_without_members_can_be_deleted_with_all_that_it_has_committed()
    {
        await using var server = await StartAsync();
        var a = await server.JoinAsync("a");
        await server.CommittedAsync(0, 1, As("a", a.Epoch));

        using var early = await server.Client.DeleteAsync("/api/v1/groups/g", NativeClient.Token);
        await server.BeatAsync("a", -1);
        using var deleted = await server.Client.DeleteAsync("/api/v1/groups/g", NativeClient.Token);

        await early.ProblemAsync(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await server.GetAsync("/groups/g");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
        var again = await server.JoinAsync("a");
        Assert.Equal([0, 1], again.Partitions);
        Assert.Equal("", await server.CommittedAsync());
    }

    [Theory]
    [InlineData("GET", "/groups/nope")]
    [InlineData("DELETE", "/groups/nope")]
    [InlineData("GET", "/groups/nope/offsets")]
    [InlineData("DELETE", "/groups/nope/offsets?topic=orders")]
    [InlineData("POST", "/groups/nope/offsets:reset")]
    public async Task A_group_that_does_not_exist_is_not_found(string method, string path)
    {
        await using var server = await StartAsync();
        using var content = method == "POST" ? NativeClient.Content("""{"to":"latest"}""", "application/json") : null;

        using var response = await server.SendAsync(new HttpMethod(method), path, content);

        await response.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Theory]
    [InlineData("?limit=0", "'limit' is '0'; it is a number from 1 to 1000.")]
    [InlineData("?limit=1001", "'limit' is '1001'")]
    [InlineData("?limit=x", "'limit' is 'x'")]
    [InlineData("?page=2", "'page' is not known here; known are limit, after.")]
    public async Task A_page_that_cannot_be_is_refused(string query, string sentence)
    {
        await using var server = await StartAsync();

        using var response = await server.GetAsync($"/groups{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_group_can_have_is_refused()
    {
        await using var server = await StartAsync();

        using var response = await server.GetAsync($"/groups/{new string('g', 256)}");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_GROUP_ID");
    }

    private static string[] Names(JsonElement page) =>
        [.. page.GetProperty("groups").EnumerateArray().Select(static one => one.GetProperty("group").GetString()!)];
}
