using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>Nothing is buffered, cut or kept alive between a client and a node behind the Functions host.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private const string Records = "/api/v1/topics/orders/records";
    private const int Mebibyte = 1024 * 1024;

    private HostedNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await HostedNode.StartAsync();
        await _node.CreateTopicAsync("orders");
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("text/event-stream", "data: ")]
    [InlineData("application/x-ndjson", "{")]
    public async Task A_live_tail_delivers_each_record_before_the_next_one_is_written(string format, string begins)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Records}?from=earliest&follow=true");
        request.Headers.Accept.ParseAdd(format);
        using var answer = await _node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));

        for (var number = 0; number < 3; number++)
        {
            await ProduceAsync(number);
            string? line;
            do
            {
                line = await lines.ReadLineAsync(Token).AsTask().WaitAsync(HostProcess.Patience, Token);
            }
            while (line is not null && !line.StartsWith(begins, StringComparison.Ordinal));

            Assert.Equal(number, (int)JsonNode.Parse(line![line!.IndexOf('{')..])!["value"]!);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_64_MiB_arrives_whole_whether_its_length_is_told_or_not(bool told)
    {
        var line = $"{{\"value\":\"{new string('x', (Mebibyte / 2) - 13)}\"}}\n";
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 128)));
        Assert.Equal(64 * Mebibyte, body.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, Records) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.TransferEncodingChunked = told ? null : true;

        using var answer = await _node.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await answer.Content.ReadAsStringAsync(Token);
        var (_, end) = await _node.SendAsync("GET", "/api/v1/topics/orders/partitions/0/records?offset=127");
        Assert.Equal(128, (int)end["next_offset"]!);
    }

    // The real host, too, reads no answer before it has passed the whole body on.
    [Fact]
    public async Task Twenty_thousand_receipts_wait_for_the_end_of_their_stream_without_stopping_it()
    {
        const int count = 20_000;
        var (_, clusters) = await _node.SendAsync("GET", "/v3/clusters");
        var body = string.Concat(Enumerable.Repeat("""{"value":{"type":"JSON","data":1}}""", count));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await _node.Client.PostAsync(
            $"/v3/clusters/{clusters["data"]![0]!["cluster_id"]}/topics/orders/records", content, Token);

        var receipts = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(count, Regex.Count(receipts, "\"error_code\":200"));
    }

    [Fact]
    public async Task A_long_poll_is_answered_as_soon_as_there_is_a_record()
    {
        var poll = _node.SendAsync("GET", "/api/v1/topics/orders/partitions/0/records?offset=0&wait=50000");
        await ActiveRequestsAsync(atLeast: 2);
        Assert.False(poll.IsCompleted);

        await ProduceAsync(7);

        var (_, body) = await poll.WaitAsync(TimeSpan.FromSeconds(40), Token);
        Assert.Equal(7, (int)body["records"]![0]!["value"]!);
    }

    [Fact]
    public async Task A_client_that_goes_away_takes_its_request_with_it()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var poll = _node.Client.GetAsync("/api/v1/topics/orders/partitions/0/records?offset=0&wait=50000", gone.Token);
        await ActiveRequestsAsync(atLeast: 2);

        gone.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await ActiveRequestsAsync(atMost: 1);
    }

    private async Task ProduceAsync(int value) => Assert.Equal(
        HttpStatusCode.OK,
        (await _node.SendAsync("POST", Records, $$"""[{"value":{{value}}}]""")).Status);

    // The question itself is one of the requests under way.
    private async Task ActiveRequestsAsync(int atLeast = 0, int atMost = int.MaxValue)
    {
        for (var tries = 0; tries < 400; tries++)
        {
            var text = await _node.Client.GetStringAsync("/metrics", Token);
            var active = Regex.Matches(text, @"(?m)^http_server_active_requests\{.*\} (\d+)$")
                .Sum(static match => int.Parse(match.Groups[1].Value));
            if (active >= atLeast && active <= atMost)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), Token);
        }

        Assert.Fail($"The number of requests under way did not get to {atLeast} to {atMost}.");
    }
}
