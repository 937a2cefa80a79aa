using CsCheck;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Compaction;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

/// <summary>Any appends and compactions, of any segments, with any room for keys, killed after any step.</summary>
public sealed class CompactionProperties
{
    private static readonly Gen<(string, string?)[]> Batch = Gen.Select(
        Gen.Int[0, 6].Select(static key => $"k{key}"),
        Gen.Int[0, 3].Select(static value => value == 0 ? null : $"v{value}")).Array[1, 5];

    // Half of the steps append; the others compact after a while, by a keeper that lives for some steps.
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Bool, Batch, Gen.Int[0, 4], Gen.Long[0, 2 * Rows.Day], Any(0, 1, 2, 99), static (
            appends, batch, codec, hours, steps) => new Step(appends, batch, (CompressionType)codec, hours, steps));

    private static readonly Gen<Setup> Setups = Gen.Select(
        Gen.Int[2, 6],
        Any(40L, 100L, 140L, KeyMap.BytesDefault),
        Any(1L, 3_000L, Compactor.RangeBytesDefault),
        Any(1L, 2_000L, 1_000_000L),
        Any(0L, Rows.Day),
        static (blocks, map, range, bytes, retention) => new Setup(
            blocks,
            map,
            range,
            Rows.Settings with { SegmentBytes = bytes, DeleteRetentionMs = retention, DirtyRatioMin = 0 }));

    [Fact]
    public void Whatever_is_compacted_each_key_keeps_its_last_record_and_every_record_its_offset_and_order() =>
        Gen.Select(Setups, Steps.Array[1, 30]).Sample(
            static (setup, steps) =>
            {
                using var world = new CompactionWorld(setup.BlocksPerSegment);
                var model = new CompactionModel(setup.Settings.DeleteRetentionMs);
                foreach (var step in steps)
                {
                    if (step.Appends)
                    {
                        model.Append(world.Append(step.Compression, step.Records), step.Records);
                        continue;
                    }

                    world.Now += step.Wait;
                    var pass = world.Compact(setup.Settings, setup.MapBytesMax, step.StepsMax, setup.RangeBytesMax);
                    model.NoteCompaction(pass, step.StepsMax, world.Now);
                    model.AssertHolds(world.ReadAll());
                }
            },
            iter: 200);

    [Fact]
    public void What_was_compacted_to_its_end_has_nothing_left_to_compact() =>
        Gen.Select(Setups, Steps.Array[1, 20]).Sample(
            static (setup, steps) =>
            {
                using var world = new CompactionWorld(setup.BlocksPerSegment);
                foreach (var step in steps)
                {
                    world.Append(step.Compression, step.Records);
                }

                var settings = setup.Settings with { DeleteRetentionMs = Rows.Day };
                for (var passes = 0; setup.Compact(world, settings) is not null; passes++)
                {
                    Assert.InRange(passes, 0, 200);
                }

                var end = world.SegmentRows.Count == 0 ? 0 : world.SegmentRows[^1].NextOffset;
                var kept = world.ReadAll().FindAll(record => record.Offset < end);
                Assert.Equal(kept.Count, kept.DistinctBy(static record => record.Key).Count());
                world.Now += Rows.Day;
                for (var passes = 0; setup.Compact(world, settings) is not null; passes++)
                {
                    Assert.InRange(passes, 0, 200);
                }

                Assert.DoesNotContain(world.ReadAll(), record => record.Offset < end && record.Value is null);
            },
            iter: 100);

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(place => values[place]);

    private sealed record Setup(
        int BlocksPerSegment, long MapBytesMax, long RangeBytesMax, CompactionSettings Settings)
    {
        public CompactionPass? Compact(CompactionWorld world, CompactionSettings settings) =>
            world.Compact(settings, MapBytesMax, rangeBytesMax: RangeBytesMax);
    }

    private sealed record Step(
        bool Appends, (string, string?)[] Records, CompressionType Compression, long Wait, int StepsMax);
}
