using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.V3;
using Serverless.StorageEngine.Simulation;

namespace Serverless.Functions.Tests.Bodies;

/// <summary>What streams of records hold in batches counts as the node's memory for requests.</summary>
public sealed class StreamMemoryTests
{
    private const int MemoryBytes = 1024 * 1024;

    /// <summary>The native stream and that of v3.</summary>
    public static TheoryData<bool> Streams => [false, true];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task While_storage_stalls_all_streams_together_hold_no_more_than_there_is(bool isV3)
    {
        await using var node = await StartAsync();
        var release = Stall(node);
        var sending = Enumerable.Range(0, 4).Select(_ => SendAsync(node, isV3, valueBytes: 1000, count: 1000)).ToArray();
        await EventuallyAsync(() => node.Server.Memory.HeldBytes > MemoryBytes - (100 * 1024));

        // Time for what would be too much.
        await Task.Delay(TimeSpan.FromMilliseconds(300), V3Node.Token);
        Assert.InRange(node.Server.Memory.HeldBytes, 1, MemoryBytes);
        using var other = await node.Server.PostAsync(
            "/topics/t/records", $$"""{"value":"{{new string('x', 200_000)}}"}""");
        await other.ProblemAsync(HttpStatusCode.TooManyRequests, "THROTTLED");
        release();

        foreach (var answer in await Task.WhenAll(sending))
        {
            Assert.Equal(1000, StoredIn(answer, isV3));
        }

        await EventuallyAsync(() => node.Server.Memory.HeldBytes == 0);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_of_small_records_goes_on_while_others_hold_all_memory(bool isV3)
    {
        await using var node = await StartAsync();
        using var others = HoldAll(node);

        Assert.Equal(500, StoredIn(await SendAsync(node, isV3, valueBytes: 1000, count: 500), isV3));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_record_that_no_memory_is_left_for_ends_the_stream_with_a_word_to_come_again(bool isV3)
    {
        await using var node = await StartAsync();
        using var others = HoldAll(node);

        var answer = await SendAsync(node, isV3, valueBytes: 40_000, count: 2);

        Assert.Contains(isV3 ? "\"error_code\":429" : "THROTTLED", answer, StringComparison.Ordinal);
        others.Dispose();
        Assert.Equal(2, StoredIn(await SendAsync(node, isV3, valueBytes: 40_000, count: 2), isV3));
    }

    private static async Task<V3Node> StartAsync()
    {
        var node = await V3Node.StartAsync(new ApiSettings { RequestMemoryBytesMax = MemoryBytes });
        await node.Server.CreateTopicAsync("t", partitions: 16);
        return node;
    }

    private static Action Stall(V3Node node)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Server.Segments.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.Append)
            {
                await release.Task;
            }
        };
        return () =>
        {
            node.Server.Segments.Interception.Before = null;
            release.SetResult();
        };
    }

    private static MemoryShare HoldAll(V3Node node)
    {
        var others = node.Server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(MemoryBytes);
        return others;
    }

    private static async Task<string> SendAsync(V3Node node, bool isV3, int valueBytes, int count)
    {
        var value = new string('x', valueBytes);
        var body = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            body.Append(isV3
                ? $$$"""{"partition_id":{{{i % 16}}},"value":{"type":"STRING","data":"{{{value}}}"}}"""
                : $$"""{"partition":{{i % 16}},"value":"{{value}}"}""" + "\n");
        }

        using var content = new StringContent(body.ToString());
        content.Headers.ContentType = new MediaTypeHeaderValue(isV3 ? "application/json" : "application/x-ndjson");
        var path = isV3 ? node.Cluster + "/topics/t/records" : "/api/v1/topics/t/records?envelope=true";
        using var response = await node.Server.Client.PostAsync(path, content, V3Node.Token);
        return await response.Content.ReadAsStringAsync(V3Node.Token);
    }

    private static int StoredIn(string answer, bool isV3) => isV3
        ? answer.Split("\"error_code\":200").Length - 1
        : System.Text.Json.JsonDocument.Parse(answer).RootElement.GetProperty("records").GetInt32();

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var looks = 0; !holds(); looks++)
        {
            Assert.True(looks < 2_000);
            await Task.Delay(TimeSpan.FromMilliseconds(5), V3Node.Token);
        }
    }
}
