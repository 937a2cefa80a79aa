using System.Net;
using System.Text.Json;

namespace Serverless.Functions.Tests.Native.Groups;

/// <summary>Short words for requests to consumer groups of the native API.</summary>
internal static class GroupClient
{
    /// <summary>Starts a node with the topic <c>orders</c> of two partitions, three and two records in them.</summary>
    public static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("orders", 2);
        using var first = await server.PostAsync(
            "/topics/orders/partitions/0/records", """[{"value":0},{"value":1},{"value":2}]""");
        await first.JsonAsync();
        using var second = await server.PostAsync(
            "/topics/orders/partitions/1/records", """[{"value":0},{"value":1}]""");
        await second.JsonAsync();
        return server;
    }

    /// <summary>A heartbeat that is answered.</summary>
    /// <param name="server">The node.</param>
    /// <param name="member">Who asks.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="more">Further members of the body, with a comma in front.</param>
    public static async Task<Share> BeatAsync(this ApiServer server, string member, int epoch, string more = "")
    {
        using var response = await server.TryBeatAsync(member, epoch, more);
        var answer = await response.JsonAsync();
        Assert.Equal(member, answer.GetProperty("member_id").GetString());
        var partitions = answer.GetProperty("assignment").EnumerateArray()
            .SelectMany(static topic => topic.GetProperty("partitions").EnumerateArray());
        return new Share(
            answer.GetProperty("member_epoch").GetInt32(), [.. partitions.Select(static one => one.GetInt32())]);
    }

    public static Task<HttpResponseMessage> TryBeatAsync(
        this ApiServer server, string member, int epoch, string more = "") => server.PostAsync(
        "/groups/g:heartbeat", $$"""{"member_id":"{{member}}","member_epoch":{{epoch}}{{more}}}""");

    /// <summary>Lets a member join and subscribe to <c>orders</c>.</summary>
    public static Task<Share> JoinAsync(this ApiServer server, string member, string more = "") =>
        server.BeatAsync(member, 0, $$""","subscribed_topics":["orders"]{{more}}""");

    /// <summary>Who commits, for <see cref="CommitAsync"/>.</summary>
    public static string As(string member, int epoch) => $$""" "member_id":"{{member}}","member_epoch":{{epoch}},""";

    /// <summary>What a member says it has, for <see cref="BeatAsync"/>.</summary>
    public static string Owning(params int[] partitions) => partitions.Length == 0
        ? ",\"owned\":[]"
        : $$""","owned":[{"topic":"orders","partitions":[{{string.Join(',', partitions)}}]}]""";

    /// <summary>Commits the next offset of a partition of <c>orders</c>.</summary>
    /// <param name="server">The node.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="nextOffset">The offset.</param>
    /// <param name="who">The members of the body that say who commits, with a comma behind.</param>
    public static Task<HttpResponseMessage> CommitAsync(
        this ApiServer server, int partition, long nextOffset, string who = "") => server.PostAsync(
        "/groups/g/offsets",
        $$"""{{{who}}"offsets":[{"topic":"orders","partition":{{partition}},"next_offset":{{nextOffset}}}]}""");

    public static async Task CommittedAsync(this ApiServer server, int partition, long nextOffset, string who = "")
    {
        using var response = await server.CommitAsync(partition, nextOffset, who);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>What the group has committed, as <c>partition:offset</c>.</summary>
    public static async Task<string> CommittedAsync(this ApiServer server)
    {
        using var response = await server.GetAsync("/groups/g/offsets");
        return response.StatusCode == HttpStatusCode.NotFound
            ? ""
            : string.Join(' ', (await response.JsonAsync()).GetProperty("offsets").EnumerateArray()
                .Where(static one => one.GetProperty("next_offset").ValueKind == JsonValueKind.Number)
                .Select(static one => $"{one.GetProperty("partition")}:{one.GetProperty("next_offset")}"));
    }

    /// <summary>What a heartbeat was answered.</summary>
    /// <param name="Epoch">For the next heartbeat.</param>
    /// <param name="Partitions">Of <c>orders</c>.</param>
    internal sealed record Share(int Epoch, int[] Partitions);
}
