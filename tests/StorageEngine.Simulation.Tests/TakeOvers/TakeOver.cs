using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Tests.World;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>
/// One leader, then another node: from the first request there (find the topic, append a batch) to its acknowledgement.
/// Time is what storage calls take, and what anyone waits on a clock; computing takes none.
/// </summary>
/// <param name="seed">Gives ids and nonces.</param>
/// <param name="latency">How long a call takes.</param>
internal sealed class TakeOver(ulong seed, Func<StorageCall, TimeSpan> latency) : IDisposable
{
    /// <summary>Enough for several blocks behind the last checkpoint, as a log in use has them.</summary>
    public const int BatchesBefore = 20;

    private readonly EngineMeters _meters = new();
    private readonly SeededRandom _random = new(seed);
    private readonly SmallWorld _world = new(seed);
    private bool _counts;

    /// <summary>The size of each batch's only record.</summary>
    public int BatchBytes { get; init; } = 1_000;

    /// <summary>The calls from the request to its acknowledgement, in the order in which they began.</summary>
    public List<StorageCall> Calls { get; } = [];

    /// <summary>Lets it happen.</summary>
    /// <returns>From the request to its acknowledgement.</returns>
    public TimeSpan Run(OldLeader old, NewNode fresh)
    {
        var process = _world.Process();
        var clock = new SimulatedClock(process, TimeSpan.Zero, driftPpm: 0);
        var (segments, tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(clock));
        foreach (var interception in new[] { segments.Interception, tables.Interception })
        {
            interception.Before = call => TakeTimeAsync(process, call);
        }

        var took = process.Start(async () =>
        {
            var leader = Start(segments, tables, clock, number: 1);
            await leader.Topics.CreateAsync(NewTopic(), validateOnly: false, CancellationToken.None);
            for (var number = 0; number < BatchesBefore; number++)
            {
                await AppendAsync(leader);
            }

            var node = Start(segments, tables, clock, number: 2);
            await (fresh == NewNode.Warm ? ReadAsync(node) : ValueTask.CompletedTask);
            await (old == OldLeader.Left ? leader.Log.DisposeAsync() : ValueTask.CompletedTask);
            await process.Delay(TimeSpan.FromSeconds(old == OldLeader.Silent ? 20 : 2));

            var began = clock.GetTimestamp();
            _counts = true;
            await AppendAsync(node);
            _counts = false;
            return clock.GetElapsedTime(began);
        });
        _world.Run(took);
        return took.GetAwaiter().GetResult();
    }

    public void Dispose() => _meters.Dispose();

    private async ValueTask TakeTimeAsync(SimulatedProcess process, StorageCall call)
    {
        if (_counts)
        {
            Calls.Add(call);
        }

        await process.Delay(latency(call));
    }

    private Node Start(SimulatedSegmentStore segments, SimulatedTableStore tables, TimeProvider clock, int number)
    {
        var bounded = new BoundedTableStore(tables, _meters, clock);
        var log = new EventLog(
            new BoundedSegmentStore(segments, _meters, clock),
            bounded,
            new Codecs(),
            new NodeIdentity((UInt128)number, ""),
            new EventLogSettings(),
            _meters,
            clock,
            _random);
        return new Node(log, new TopicCatalog(
            bounded, log.DeleteLogsAsync, new TopicCatalogSettings(), clock, _random));
    }

    private async ValueTask AppendAsync(Node node)
    {
        var topic = await node.Topics.FindAsync(Name(), CancellationToken.None);
        var builder = new RecordBatchBuilder();
        builder.Append(1, null, Encoding.UTF8.GetBytes(new string('x', BatchBytes)), []);
        Assert.IsType<AppendOutcome.Appended>(
            await node.Log.AppendAsync(topic!, 0, builder.Build(), CancellationToken.None));
    }

    private static async ValueTask ReadAsync(Node node)
    {
        var topic = await node.Topics.FindAsync(Name(), CancellationToken.None);
        await node.Log.GetOffsetsAsync(topic!, 0, CancellationToken.None);
    }

    private static NewTopic NewTopic() => new(Name(), 1, [new("append.interval.ms", "0")]);

    private static TopicName Name() =>
        TopicName.TryParse("t", out var name, out var problem) ? name : throw new ArgumentException(problem);

    private sealed record Node(EventLog Log, TopicCatalog Topics);
}
