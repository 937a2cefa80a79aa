using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Serverless.StorageEngine.Simulation;

namespace Serverless.Functions.Tests.V3;

// Over a bare socket: these rules are about when bytes pass, which an HTTP client hides.
public sealed class RecordStreamDuplexTests
{
    [Fact]
    public async Task A_receipt_comes_while_the_client_still_writes()
    {
        await using var node = await OrdersAsync();
        using var client = await OpenAsync(node);

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("{}");

            Assert.Equal(i, (await client.ReceiptAsync()).GetProperty("offset").GetInt32());
        }

        await client.EndAsync();
        Assert.Null(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_receipt_does_not_wait_for_the_rest_of_a_record_that_has_begun()
    {
        await using var node = await OrdersAsync();
        using var client = await OpenAsync(node);

        await client.SendAsync("""{}{"value":{"type":"STRI""");
        Assert.Equal(0, (await client.ReceiptAsync()).GetProperty("offset").GetInt32());

        await client.SendAsync("""NG","data":"x"}}""");
        Assert.Equal(1, (await client.ReceiptAsync()).GetProperty("offset").GetInt32());
    }

    [Fact]
    public async Task Records_that_arrive_while_an_append_is_in_flight_share_the_next_one()
    {
        await using var node = await OrdersAsync();
        using var client = await OpenAsync(node);
        await client.SendAsync("{}");
        await client.ReceiptAsync();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        node.Server.Segments.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.Append && entered.TrySetResult())
            {
                await release.Task;
            }
        };
        node.Server.Segments.Operations.Reset();

        await client.SendAsync("{}");
        await entered.Task.WaitAsync(V3Node.Token);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync("{}");
        }

        release.SetResult();
        for (var i = 0; i < 21; i++)
        {
            Assert.Equal(1 + i, (await client.ReceiptAsync()).GetProperty("offset").GetInt32());
        }

        Assert.InRange(node.Server.Segments.Operations.Appends, 2, 20);
    }

    [Fact]
    public async Task A_node_that_stops_ends_a_silent_stream_with_a_receipt_that_says_so()
    {
        await using var node = await OrdersAsync();
        using var client = await OpenAsync(node);
        await client.SendAsync("{}");
        await client.ReceiptAsync();

        node.Server.Leave();

        Assert.Equal(50302, (await client.ReceiptAsync()).GetProperty("error_code").GetInt32());
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_the_node_well_and_loses_no_receipted_record()
    {
        await using var node = await OrdersAsync();
        using (var client = await OpenAsync(node))
        {
            await client.SendAsync("{}");
            await client.ReceiptAsync();
            await client.SendAsync("""{"value":{"type":"STRING","data":"half a rec""");
        }

        var after = await node.PostAsync("topics/orders/records", "{}");

        Assert.Equal(1, Assert.Single(after.Receipts).GetProperty("offset").GetInt32());
    }

    private static async Task<V3Node> OrdersAsync()
    {
        var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        return node;
    }

    private static async Task<Producer> OpenAsync(V3Node node)
    {
        var address = node.Server.Client.BaseAddress!;
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, V3Node.Token);
        var producer = new Producer(socket);
        await producer.WriteAsync(
            $"POST {node.Cluster}/topics/orders/records HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        return producer;
    }

    private sealed class Producer(TcpClient socket) : IDisposable
    {
        private readonly StreamReader _reader = new(socket.GetStream(), Encoding.UTF8);

        // A receipt that does not come is a failed test, not one that never ends.
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));

        public Task WriteAsync(string text) =>
            socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), V3Node.Token).AsTask();

        public Task SendAsync(string text) => WriteAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

        public Task EndAsync() => WriteAsync("0\r\n\r\n");

        /// <summary>The next receipt, whatever chunks it came in.</summary>
        public async Task<JsonElement> ReceiptAsync()
        {
            while (await _reader.ReadLineAsync(_patience.Token) is { } line)
            {
                if (line.StartsWith('{'))
                {
                    return JsonDocument.Parse(line).RootElement;
                }
            }

            throw new EndOfStreamException("The node ended the answer.");
        }

        /// <summary>The first receipt that is left, or null.</summary>
        public async Task<string?> ReadToEndAsync()
        {
            var rest = await _reader.ReadToEndAsync(_patience.Token);
            return rest.Contains('{', StringComparison.Ordinal) ? rest : null;
        }

        public void Dispose()
        {
            _patience.Dispose();
            _reader.Dispose();
            socket.Dispose();
        }
    }
}
