using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>
/// One store in memory, any number of nodes with queues over it, and words for what receivers do. Time passes only
/// while a test waits.
/// </summary>
/// <param name="step">How far the time goes at once; a millisecond when nothing is said.</param>
internal sealed class QueueWorld(TimeSpan? step = null) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly EngineMeters _meters = new();
    private readonly LogWorld _world = new() { Step = step ?? TimeSpan.FromMilliseconds(1) };
    private int _nodes;

    public DateTimeOffset Now => _world.Time.GetUtcNow();

    public SimulatedTableStore Tables => _world.Tables;

    public SimulatedSegmentStore Segments => _world.Segments;

    public QueueId Queue { get; } = QueueWords.Queue();

    /// <param name="clockOffset">How far the node's own clock is ahead.</param>
    public QueueNode StartNode(TimeSpan clockOffset = default)
    {
        var (log, random) = (_world.StartNode(), new Random(Interlocked.Increment(ref _nodes)));
        var topics = new TopicCatalog(Tables, log.DeleteLogsAsync, new TopicCatalogSettings(), _world.Time, random);
        var time = new ShiftedTime(_world.Time, clockOffset);
        var tables = new BoundedTableStore(Tables, _meters, _world.Time);
        return new QueueNode(log, topics, new QueueCoordinator(tables, topics, log, new Codecs(), time, random));
    }

    public async ValueTask DelayAsync(TimeSpan delay) => await Waits.DelayAsync(delay, _world.Time, None);

    public void Pass(double seconds) => _world.Time.Advance(TimeSpan.FromSeconds(seconds));

    public Task<T> Run<T>(Func<ValueTask<T>> work) => _world.Run(work);

    public Task<T> Start<T>(Func<ValueTask<T>> work) => _world.Start(work);

    public Task<T> Finish<T>(Task<T> task) => _world.Finish(task);

    public async Task<Topic> CreateTopic(QueueNode node, string name = "t", int partitions = 1) =>
        Assert.IsType<TopicCreation.Created>(await Run(() =>
            node.Topics.CreateAsync(QueueWords.Topic(name), partitions, [], validateOnly: false, None))).Topic;

    public async Task<QueueChange> Put(QueueNode node, QueueSettings? settings = null) =>
        await Run(() => node.Queues.PutAsync(Queue, settings ?? QueueWords.Settings, None));

    public Task Append(QueueNode node, Topic topic, params string[] values) => Append(node, topic, 0, values);

    public async Task Append(QueueNode node, Topic topic, int partition, params string[] values) =>
        Assert.IsType<AppendOutcome.Appended>(
            await Run(() => node.Log.AppendAsync(topic, partition, LogWorld.BatchOf(values), None)));

    public async Task<IReadOnlyList<ReceivedRecord>> Receive(
        QueueNode node, int max = 10, double waitSeconds = 0, int bytesMax = 1_000_000) =>
        Assert.IsType<ReceiveOutcome.Received>(await Run(() => node.Queues.ReceiveAsync(
            Queue, new ReceiveRequest(max, bytesMax, TimeSpan.FromSeconds(waitSeconds), null), None))).Records;

    public async Task<TokenFailure?[]> Say(
        QueueNode node, Acknowledgement word, params IEnumerable<ReceivedRecord> records) =>
        [.. (await SayTokens(node, word, [.. records.Select(static one => one.LockToken)]))
            .Select(static one => one.Failure)];

    public async Task<IReadOnlyList<TokenOutcome>> SayTokens(
        QueueNode node, Acknowledgement word, params string[] tokens) =>
        Assert.IsType<AcknowledgeOutcome.Done>(
            await Run(() => node.Queues.AcknowledgeAsync(Queue, tokens, word, memory: null, None))).Tokens;

    public async Task<SharePartitionDescription> Describe(QueueNode node, int partition = 0) =>
        (await Run(() => node.Queues.DescribeAsync(Queue, None)))!.Partitions[partition];

    /// <summary>Everything that a topic holds in partition 0, as it is read.</summary>
    public async Task<IReadOnlyList<StorageEngine.Records.Record>> ReadAll(QueueNode node, string name)
    {
        var topic = await Run(() => node.Topics.FindAsync(QueueWords.Topic(name), None));
        var fetched = await Run(() => node.Log.FetchAsync(topic!, 0, 0, 1_000_000, None));
        return
        [
            .. Assert.IsType<FetchOutcome.Fetched>(fetched).Batches
                .SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs())),
        ];
    }

    /// <summary>The answer of the next write of a row is lost, although it took effect.</summary>
    public void LoseNextAnswer() => Tables.Interception.After = call =>
    {
        if (call.Operation != StorageOperation.ExecuteTransaction)
        {
            return ValueTask.CompletedTask;
        }

        Tables.Interception.After = null;
        throw new StorageOutcomeUnknownException("The answer was lost.");
    };

    public void Dispose()
    {
        _world.Dispose();
        _meters.Dispose();
    }

    private sealed class ShiftedTime(TimeProvider time, TimeSpan ahead) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + ahead;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}

/// <summary>The engine of one process, as far as queues need it.</summary>
internal sealed record QueueNode(EventLog Log, TopicCatalog Topics, QueueCoordinator Queues);

/// <summary>What tests ask of received records.</summary>
internal static class ReceivedRecords
{
    public static string Text(this ReceivedRecord received) =>
        Encoding.UTF8.GetString(received.Record.Value!.Value.Span);

    public static string[] Texts(this IEnumerable<ReceivedRecord> received) => [.. received.Select(Text)];
}
