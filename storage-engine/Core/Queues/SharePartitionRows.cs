using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Turns share partitions into rows and back: records that are in flight in the same way are one run.
/// </summary>
internal static class SharePartitionRows
{
    private const int Form = 1;
    private const int NumbersOfRun = 5;
    private const int NoHold = -1;

    /// <summary>The content of a row.</summary>
    /// <param name="life">The life of the queue.</param>
    /// <param name="stored">What it holds.</param>
    public static byte[] Encode(ulong life, StoredSharePartition stored)
    {
        var (runs, holds) = (new List<int>(), new List<HoldRow>());
        var places = new Dictionary<HoldRow, int>();
        InFlightRecord? last = null;
        foreach (var record in stored.State.Records)
        {
            if (record == last)
            {
                runs[^NumbersOfRun]++;
                continue;
            }

            var hold = NoHold;
            if (HoldOf(record) is { } row && !places.TryGetValue(row, out hold))
            {
                hold = holds.Count;
                places.Add(row, hold);
                holds.Add(row);
            }

            runs.AddRange([1, (int)record.State, record.Deliveries, hold, (int)record.Cause]);
            last = record;
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new SharePartitionRow(
                Form,
                QueueRows.Life(life),
                stored.State.Topic.ToString(),
                stored.State.StartOffset,
                runs,
                holds,
                stored.Writes,
                stored.Stamps),
            QueueJson.Default.SharePartitionRow);
    }

    /// <summary>What a row holds, and for which life of the queue.</summary>
    /// <exception cref="CorruptDataException">
    /// The row is not what was written, or was written by a later version.
    /// </exception>
    public static (ulong Life, StoredSharePartition Stored) Decode(TableRow row)
    {
        var stored = RowJson.Read(row, QueueJson.Default.SharePartitionRow, static one => one.V);
        var state = new SharePartition(TopicId.Parse(stored.Topic), stored.Start, RecordsOf(row, stored));
        return (
            QueueRows.Life(row, stored.Queue),
            new StoredSharePartition(state, row.Version, stored.Writes, [.. stored.Stamps]));
    }

    private static ImmutableArray<InFlightRecord> RecordsOf(TableRow row, SharePartitionRow stored)
    {
        var records = ImmutableArray.CreateBuilder<InFlightRecord>();
        var holds = stored.Holds.Select(hold => HoldOf(row, hold)).ToArray();
        for (var at = 0; at + NumbersOfRun <= stored.Runs.Count; at += NumbersOfRun)
        {
            var hold = stored.Runs[at + 3];
            var count = stored.Runs[at];
            if (hold >= holds.Length || count is < 1 or > QueueLimits.InFlightMax
                || records.Count + count > QueueLimits.InFlightMax)
            {
                throw new CorruptDataException($"Row '{row.Key}' holds runs that no write makes.");
            }

            var record = new InFlightRecord((RecordState)stored.Runs[at + 1], stored.Runs[at + 2])
            {
                Lock = hold < 0 ? null : holds[hold].Lock,
                Delay = hold < 0 ? null : holds[hold].Delay,
                Cause = (ArchiveCause)stored.Runs[at + 4],
            };
            records.AddRange(Enumerable.Repeat(record, count));
        }

        return records.ToImmutable();
    }

    private static (RecordLock? Lock, Deadline? Delay) HoldOf(TableRow row, HoldRow hold)
    {
        var after = TimeSpan.FromMilliseconds(hold.Ms);
        var until = new Deadline(
            after, hold.Until is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : row.WrittenAt + after);
        return hold.Lock is { } id
            ? (new RecordLock(QueueRows.Life(row, id), hold.Receiver, until), null)
            : (null, until);
    }

    private static HoldRow? HoldOf(InFlightRecord record) => record switch
    {
        { Lock: { } by } => Row(by.Until, QueueRows.Life(by.Id), by.Receiver),
        { Delay: { } delay } => Row(delay, null, null),
        _ => null,
    };

    private static HoldRow Row(Deadline until, string? id, string? receiver) =>
        new(id, receiver, (long)until.After.TotalMilliseconds, until.At?.UtcTicks);
}
