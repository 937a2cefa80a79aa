using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.EndToEnd.Tests.Chaos.Nodes;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Follows one partition live, and goes on at another node wherever its connection broke.</summary>
/// <remarks>Each piece that comes over the wire is a poll of the history.</remarks>
internal sealed class Follower
{
    private const int PieceBytesMax = 64 * 1024;

    // A live tail of a frozen node says nothing, not even that it is frozen.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterLoss = TimeSpan.FromMilliseconds(50);

    private readonly ChaosClient _client;
    private readonly int _partition;
    private readonly CancellationToken _testEnds = TestContext.Current.CancellationToken;
    private readonly byte[] _piece = new byte[PieceBytesMax];
    private readonly List<byte> _unread = [];
    private long _next;

    private Follower(ChaosClient client, int partition)
    {
        _client = client;
        _partition = partition;
    }

    private ChaosRun Run => _client.Run;

    private bool IsAtEnd =>
        Run.Ends is { IsCompletedSuccessfully: true, Result: var ends } && _next >= ends[_partition];

    /// <summary>Follows until the end is known and reached.</summary>
    public static async Task RunAsync(ChaosClient client, int partition)
    {
        var follower = new Follower(client, partition);
        client.Run.History.Note(
            client.Process, new Request.Assign([new(client.Run.PartitionOf(partition), 0)]), ChaosRun.Now);
        while (!follower.IsAtEnd)
        {
            await follower.ConnectAsync();
        }
    }

    private async Task ConnectAsync()
    {
        var node = await _client.TakeNodeAsync();
        _unread.Clear();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_testEnds);
        limit.CancelAfter(SilenceMax);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{_partition}/records"
            + $"?offset={_next}&value=text&follow=true")));
        var operation = Invoke(node);
        try
        {
            using var response = await Run.Cluster.Client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            while (response.IsSuccessStatusCode && !IsAtEnd)
            {
                limit.CancelAfter(SilenceMax);
                var count = await ReadAsync(stream, limit);
                if (count == 0)
                {
                    break;
                }

                var records = Take(_piece.AsSpan(0, count));
                if (records.Length > 0)
                {
                    _client.Complete(operation, new Answer.Polled([new(Run.PartitionOf(_partition), [.. records])]));
                    _next = records[^1].Offset + 1;
                    operation = Invoke(node);
                }
            }

            _client.Complete(operation, new Answer.Unknown("The tail ended."));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException
            || (lost is OperationCanceledException && !_testEnds.IsCancellationRequested))
        {
            _client.Complete(operation, new Answer.Unknown(lost.Message));
            await Task.Delay(PauseAfterLoss, _testEnds);
        }
    }

    private int Invoke(NodeLife node) => Run.History.Invoke(
        _client.Process,
        new Request.Poll([new(Run.PartitionOf(_partition), _next)]),
        ChaosRun.Now,
        node.Number);

    // Who follows to an end that was reached before it was known waits for nothing more.
    private async Task<int> ReadAsync(Stream stream, CancellationTokenSource limit)
    {
        var read = stream.ReadAsync(_piece, limit.Token).AsTask();
        await Task.WhenAny(read, Run.Ends);
        if (IsAtEnd)
        {
            await limit.CancelAsync();
        }

        return await read;
    }

    private SeenRecord[] Take(ReadOnlySpan<byte> piece)
    {
        _unread.AddRange(piece);
        var end = _unread.LastIndexOf((byte)'\n') + 1;
        var lines = Encoding.UTF8.GetString([.. _unread.GetRange(0, end)]);
        _unread.RemoveRange(0, end);
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))
                .Where(static line => line.TryGetProperty("offset", out _))
                .Select(static line => RecordPages.RecordOf(line).Record),
        ];
    }
}
