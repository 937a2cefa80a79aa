using System.Text;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>One life of a client: sends requests to any node, and may end in the middle of them.</summary>
public sealed class SimulatedClient
{
    private const double TombstoneShare = 0.15;
    private static readonly FaultKind[] Crash = [FaultKind.ClientCrash];

    private readonly ClientSeat _seat;
    private readonly string _where;

    internal SimulatedClient(ClientSurroundings around, ClientSeat seat)
    {
        Around = around;
        Timeout = seat.Timeout;
        _seat = seat;
        Number = around.NextClient();
        Random = around.Random.Fork("client", Number);
        Process = new SimulatedProcess(around.Scheduler, $"client{Number}", ProcessNumbers.Client(Number));
        _where = $"client{seat.Number}";
    }

    /// <summary>What all clients share.</summary>
    public ClientSurroundings Around { get; }

    /// <summary>Names the client in the history: what one client was answered, another does not know.</summary>
    public int Number { get; }

    /// <summary>Which seat the client sits on; the one who comes after a crash has the same.</summary>
    public int Seat => _seat.Number;

    /// <summary>The client's own randomness.</summary>
    public SeededRandom Random { get; }

    /// <summary>What it runs in.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>When the client gives up waiting for an answer.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>What the client is doing, for the report of a run that is stuck.</summary>
    public string Doing { get; private set; } = "nothing yet";

    /// <summary>Whether the client may make another request; it counts against the turns of its seat.</summary>
    public bool TakeTurn() => _seat.TakeTurn();

    /// <summary>Pauses as long as such clients do.</summary>
    public Task ThinkAsync() => Process.Delay(Random.Between(TimeSpan.Zero, Around.Workload.Think));

    /// <summary>Asks any node.</summary>
    /// <param name="request">What is asked, for the history.</param>
    /// <param name="serve">What the node does.</param>
    public async Task<Answer> AskAsync(
        Request request, Func<NodeService, CancellationToken, ValueTask<Answer>> serve)
    {
        var node = await Around.Fleet.FindAsync(Random);
        return await AskAsync(node, request, serve);
    }

    /// <summary>Asks one node.</summary>
    public async Task<Answer> AskAsync(
        SimulatedNode node, Request request, Func<NodeService, CancellationToken, ValueTask<Answer>> serve)
    {
        var count = _seat.NextCall();
        var draws = Around.Plan.Draws(_seat.CrashPlace, count);
        if (Around.Plan.Strike(Crash, _seat.CrashPlace, count, draws) is not null)
        {
            Around.Network.After(draws.Milliseconds(0, 100), _ => _seat.Crash(this));
        }

        Doing = request.GetType().Name;
        var operation = Around.History.Invoke(Number, request, Around.Scheduler.Now, node.Life);
        var answer = await NodeCall.MakeAsync(this, node, serve, _where, count);
        Around.History.Complete(operation, answer, Around.Scheduler.Now);
        Process.Note("answered", answer.GetType().Name, number: operation);
        Doing = $"nothing after {request.GetType().Name}";
        return answer;
    }

    /// <summary>One of the partitions of the topics that live now; null when there is none.</summary>
    public (SimulatedTopic Topic, int Index)? PickPartition()
    {
        if (Around.Topics.Count == 0)
        {
            return null;
        }

        var topic = Around.Topics[Random.Next(Around.Topics.Count)];
        return (topic, Random.Next(topic.PartitionCount));
    }

    /// <summary>New values for one batch.</summary>
    public long[] NextValues() =>
        [.. Enumerable.Range(0, Random.Next(1, Around.Workload.RecordsMax + 1)).Select(_ => Around.NextValue())];

    /// <summary>A batch of values.</summary>
    /// <param name="values">At least one.</param>
    public RecordBatch BatchOf(IReadOnlyList<long> values) => BatchOf(values, Around.Scheduler.Now);

    /// <summary>A batch of values; the same ones at the same time give the same bytes, for another attempt.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="at">About when the records were made: ticks of true time.</param>
    /// <param name="producer">Who sends it, if that can be recognised, and the sequence of the first value.</param>
    public RecordBatch BatchOf(IReadOnlyList<long> values, long at, SendIdentity.Sequenced? producer = null)
    {
        var builder = new RecordBatchBuilder();
        if (producer is not null)
        {
            builder.SetProducer(producer.ProducerId, producer.Epoch, producer.BaseSequence);
        }

        foreach (var value in values)
        {
            // Producers' clocks are not the cluster's: timestamps go back and forth.
            var draws = Random.Fork("record", value);
            var timestamp = SimulatedClock.Beginning.AddTicks(at).ToUnixTimeMilliseconds() + draws.Next(-500, 500);
            var length = draws.Next(Around.Workload.RecordBytesMax);
            if (Around.Keys > 0)
            {
                AppendKeyed(builder, timestamp, value, length, draws.Fork("key"));
            }
            else
            {
                builder.Append(timestamp, null, RecordValue.Encode(value, length), []);
            }
        }

        return Random.Fork("batch", values[0]).Chance(Around.Workload.CompressedShare)
            ? builder.Build(CompressionType.Gzip, Around.Compression)
            : builder.Build();
    }

    private void AppendKeyed(RecordBatchBuilder builder, long timestamp, long value, int length, SeededRandom draws)
    {
        var key = Encoding.UTF8.GetBytes($"k{draws.Next(Around.Keys)}");
        if (draws.Chance(TombstoneShare))
        {
            builder.Append(timestamp, key, null, RecordValue.HeadersOf(value));
        }
        else
        {
            builder.Append(timestamp, key, RecordValue.Encode(value, length), []);
        }
    }
}
