using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>Short words for the values that queue tests speak of.</summary>
internal static class QueueWords
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly TopicId Life = new((UInt128)7 << 24);

    public static QueueSettings Settings { get; } = new()
    {
        AutoOffsetReset = AutoOffsetReset.Earliest,
        LockDuration = TimeSpan.FromSeconds(30),
        DeliveryLimit = 3,
        InFlightMax = 8,
    };

    public static QueueSettings WithDeadLetters { get; } = Settings with { DeadLetterTopic = Topic("dead") };

    public static QueueId Queue(string group = "g", string topic = "t") =>
        GroupId.TryParse(group, out var id, out var problem)
            ? new QueueId(id, Topic(topic))
            : throw new ArgumentException(problem);

    public static TopicName Topic(string text) =>
        TopicName.TryParse(text, out var name, out var problem) ? name : throw new ArgumentException(problem);

    public static SharePartition Fresh(long start = 0) => SharePartition.Begin(Life, start);

    public static RecordLock Lock(ulong id) => new(id, null, Deadline.In(Settings.LockDuration));

    /// <summary>What a row says that is written at an instant and read again.</summary>
    public static SharePartition Stored(this SharePartition state, double secondsAfterNoon = 0)
    {
        var value = SharePartitionRows.Encode(1, new StoredSharePartition(state, null, 0, []));
        var row = new TableRow("row", value, new RowVersion("1"), Noon.AddSeconds(secondsAfterNoon));
        return SharePartitionRows.Decode(row).Stored.State;
    }

    public static SharePartition Settled(
        this SharePartition state, double secondsAfterNoon, QueueSettings? settings = null) =>
        SharePartitionRules.Settle(state, settings ?? Settings, Noon.AddSeconds(secondsAfterNoon));

    /// <summary>Acquires some offsets by a lock, and stores that.</summary>
    public static SharePartition Acquired(
        this SharePartition state, ulong by, double secondsAfterNoon, params long[] offsets) =>
        SharePartitionRules.Acquire(state, Settings, offsets, Lock(by)).Next.Stored(secondsAfterNoon);

    public static SharePartition Says(
        this SharePartition state, Acknowledgement word, ulong by, long offset, QueueSettings? settings = null)
    {
        var (next, held) = SharePartitionRules.Acknowledge(state, settings ?? Settings, [(offset, by)], word);
        Assert.Equal([true], held);
        return next;
    }

    public static string States(this SharePartition state) => $"{state.StartOffset}:" + string.Concat(
        state.Records.Select(static record => record.State switch
        {
            RecordState.Available => record.Delay is null ? 'v' : 'd',
            RecordState.Acquired => 'q',
            RecordState.Acknowledged => 'k',
            RecordState.Archiving => 'i',
            _ => 'x',
        }));
}
