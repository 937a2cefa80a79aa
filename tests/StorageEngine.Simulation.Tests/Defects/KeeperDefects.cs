using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Keepers that take away what they should not, or leave it.</summary>
internal static class KeeperDefects
{
    private static readonly (string, string)[] Short =
        [("retention.ms", "3000"), ("file.delete.delay.ms", "1000"), ("segment.ms", "2000")];

    private static readonly (string, string)[] Copied =
        [("retention.ms", "-1"), ("local.retention.ms", "0"), ("file.delete.delay.ms", "60000")];

    private static readonly (string, string)[] Compacted =
    [
        ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0"), ("file.delete.delay.ms", "0"),
        ("retention.ms", "-1"),
    ];

    public static IEnumerable<Defect> All =>
    [
        new("Bytes go before the rows that name them", AnomalyKind.SegmentMissing, BytesFirst),
        new("A row goes and no discard tells of the bytes", AnomalyKind.LeftBehind, static () => Changing(
            Short, static changes => [.. changes.Where(static one => one is not RowChange.Insert || !IsDiscard(one))])),
        new("A copy is announced as given up", AnomalyKind.WrongDiscard, static () => Changing(
            Copied, static changes => [.. changes.Select(static one => one is RowChange.Insert && IsDiscard(one)
                ? RowContent.Altered(one, static row => row["state"] = row["state"]!.GetValue<string>() == "Copying"
                    ? "Deleting"
                    : row["state"]!.GetValue<string>())
                : one)])),
        new("A keeper deletes bytes before their time", AnomalyKind.WrongDiscard, static () => Believing(
            Copied, "file.delete.delay.ms", "0")),
        new("A copy shifts timestamps", AnomalyKind.WrongCopy, static () => Keeping(Copied) with
        {
            DecorateSegments = static inner => new BrokenSegments(inner) { Stage = Shifted },
        }),
        new("A keeper compacts what is to be kept whole", AnomalyKind.WrongCopy, static () => Believing(
            [("min.cleanable.dirty.ratio", "0"), ("retention.ms", "-1")], "cleanup.policy", "compact")),
        new("A keeper compacts what is too young", AnomalyKind.WrongCompaction, static () => Believing(
            [.. Compacted, ("min.compaction.lag.ms", "3600000")], "min.compaction.lag.ms", "0")),
        new("A keeper takes tombstones out too early", AnomalyKind.WrongCompaction, static () => Believing(
            Compacted, "delete.retention.ms", "0")),
        new("A keeper takes away what is too young", AnomalyKind.WrongLogStart, static () => Believing(
            [("retention.ms", "600000")], "retention.ms", "1000")),
        new("A node tells a log start that is not stored", AnomalyKind.WrongRange, static () => Keeping(Short) with
        {
            DecorateNodes = static inner => new BrokenService(inner)
            {
                Fetched = static fetched => fetched with { LogStartOffset = fetched.LogStartOffset + 1 },
            },
        }),
    ];

    // Nothing but the defect disturbs these worlds.
    private static SimulationOptions Keeping((string Name, string Value)[] configs) => SimulationOptions.Default with
    {
        Adjust = knobs => new KeepingKnobs(
            [.. configs.Select(static one => KeyValuePair.Create(one.Name, (string?)one.Value))],
            Keys: 3,
            SegmentBlocksMax: 3,
            ClientRole.DrawKeepers(new SeededRandom(1)),
            new KeeperSettings()).In(knobs with { Mix = FaultMix.None }),
    };

    private static SimulationOptions Changing(
        (string, string)[] configs, Func<IReadOnlyList<RowChange>, IReadOnlyList<RowChange>> change) =>
        Keeping(configs) with
        {
            DecorateTables = inner => new BrokenTables(inner)
            {
                Change = (partition, changes) =>
                    partition.StartsWith("log|", StringComparison.Ordinal) ? change(changes) : changes,
            },
        };

    private static SimulationOptions Believing((string, string)[] configs, string name, string value) =>
        Keeping(configs) with
        {
            DecorateTables = inner => new BrokenTables(inner)
            {
                Read = row => row.Key.StartsWith("topic|lasting", StringComparison.Ordinal)
                    ? RowContent.Altered(row, topic =>
                    {
                        if (topic["configs"] is JsonObject settings)
                        {
                            settings[name] = value;
                        }
                    })
                    : row,
            },
        };

    // The store answers at once.
    private static SimulationOptions BytesFirst()
    {
        ISegmentStore? store = null;
        var options = Changing(Short, changes =>
        {
            foreach (var discard in changes.OfType<RowChange.Insert>().Where(IsDiscard))
            {
                var name = JsonNode.Parse(discard.Value.Span)!["segment"]!.GetValue<string>();
                _ = store!.DeleteAsync(new SegmentName(name), CancellationToken.None).AsTask();
            }

            return changes;
        });
        return options with { DecorateSegments = inner => store = inner };
    }

    private static bool IsDiscard(RowChange change) => change.Key.StartsWith("discard|", StringComparison.Ordinal);

    // The first batch's timestamps, in the batch and in its entry, and both checksums.
    private static byte[] Shifted(byte[] block)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(block.AsSpan(12)) == 0)
        {
            return block;
        }

        var entry = block.AsSpan(BlockFormat.HeaderBytes);
        var from = BinaryPrimitives.ReadInt32BigEndian(entry[56..]);
        var bytes = block.AsMemory(from, BinaryPrimitives.ReadInt32BigEndian(entry[60..]));
        foreach (var place in (int[])[27, 35])
        {
            var field = bytes.Span[place..];
            BinaryPrimitives.WriteInt64BigEndian(field, BinaryPrimitives.ReadInt64BigEndian(field) + 1);
        }

        BinaryPrimitives.WriteInt64BigEndian(entry[48..], BinaryPrimitives.ReadInt64BigEndian(entry[48..]) + 1);
        new RecordBatch(bytes).SealCrc();
        BinaryPrimitives.WriteUInt32BigEndian(
            block.AsSpan()[^BlockFormat.TrailerBytes..], Crc32C.Compute(block.AsSpan()[..^BlockFormat.TrailerBytes]));
        return block;
    }
}
