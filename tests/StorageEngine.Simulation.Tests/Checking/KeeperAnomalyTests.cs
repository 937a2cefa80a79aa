using System.Text;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Rows and bytes of old segments that go, each thing in its order and out of it.</summary>
public sealed class KeeperAnomalyTests
{
    private const string Copy = "copies/" + ModelLog.Segment;
    private static readonly string Log = $"{Story.Partition.Log}";
    private static readonly string SegmentKey = $"segment|{Log}|{long.MaxValue:D19}";
    private static readonly string DiscardKey = $"discard|{Log}|0000000000000000000-0000000000000001";

    // Two records with one key, the seal, and a third one behind it.
    private static readonly StoredLog Stored = Keyed(new ModelLog().Block(10).Block(11).Roll().Block(12).Build());

    [Fact]
    public void A_segment_that_is_retired_when_it_was_asked_for_and_deleted_after_its_delay_is_right() =>
        Assert.Empty(Kinds(Retired(Asked(Begun())), at: 62_000));

    [Fact]
    public void The_bytes_of_a_segment_that_a_row_names_are_missing() =>
        Assert.Contains(AnomalyKind.SegmentMissing, Kinds(Begun(), at: 62_000));

    [Fact]
    public void The_bytes_of_a_retired_segment_that_go_before_its_delay_are_found() =>
        Assert.Equal([AnomalyKind.WrongDiscard], Kinds(Retired(Asked(Begun())), at: 30_000));

    [Fact]
    public void A_row_that_goes_without_a_discard_is_found() =>
        Assert.Equal(
            [AnomalyKind.WrongDiscard],
            Store(Asked(Begun()), 2_000, (HeadKey, Head(start: 2)), (SegmentKey, null)).Check(Stored).Where(IsOfKeepers));

    [Fact]
    public void A_log_start_that_nobody_asked_for_and_retention_does_not_allow_is_found() =>
        Assert.Equal([AnomalyKind.WrongLogStart], Kinds(Retired(Begun()), at: 62_000));

    [Fact]
    public void A_log_start_rises_when_all_in_front_of_it_is_old_enough() =>
        Assert.Empty(Kinds(Retired(Begun("""{"retention.ms":"500"}""")), at: 62_000));

    [Fact]
    public void An_offset_inside_the_range_that_is_refused_as_outside_is_found() =>
        Assert.Equal([AnomalyKind.WrongRange], Refused(asked: 1));

    [Fact]
    public void An_offset_outside_the_range_is_refused() => Assert.Empty(Refused(asked: 7));

    [Fact]
    public void A_discard_that_is_left_when_keepers_have_come_to_rest_is_found() =>
        Assert.Contains(AnomalyKind.LeftBehind, Rested(Row("Retired")));

    [Fact]
    public void A_discard_may_be_there_while_keepers_are_at_work() =>
        Assert.DoesNotContain(
            AnomalyKind.LeftBehind,
            Begun().Check(ModelLog.With(Stored, DiscardKey, Encoding.UTF8.GetBytes(Row("Retired")))));

    [Fact]
    public void A_copy_of_the_same_records_is_right() =>
        Assert.DoesNotContain(AnomalyKind.WrongCopy, Copied("{}", (0, 1_000, 10), (1, 1_001, 11)));

    [Fact]
    public void A_copy_with_another_timestamp_is_found() =>
        Assert.Contains(AnomalyKind.WrongCopy, Copied("{}", (0, 1_000, 10), (1, 1_002, 11)));

    [Fact]
    public void A_copy_without_a_record_is_found_where_nothing_is_compacted() =>
        Assert.Contains(AnomalyKind.WrongCopy, Copied("{}", (1, 1_001, 11)));

    [Fact]
    public void A_compaction_may_take_out_what_has_a_later_value()
    {
        var kinds = Copied("""{"cleanup.policy":"compact"}""", (1, 1_001, 11));

        Assert.DoesNotContain(AnomalyKind.WrongCopy, kinds);
        Assert.DoesNotContain(AnomalyKind.WrongCompaction, kinds);
    }

    [Fact]
    public void A_compaction_that_keeps_the_older_value_is_found() =>
        Assert.Contains(
            AnomalyKind.WrongCompaction, Copied("""{"cleanup.policy":"compact"}""", (0, 1_000, 10)));

    [Fact]
    public void A_copy_that_no_row_names_may_be_given_up() =>
        Assert.DoesNotContain(AnomalyKind.WrongDiscard, GivenUp(Copy, hasBytes: true, SegmentRow(ModelLog.Segment)));

    [Fact]
    public void A_copy_that_counts_and_is_given_up_is_found() =>
        Assert.Contains(AnomalyKind.WrongDiscard, GivenUp(Copy, hasBytes: true, SegmentRow(Copy)));

    [Fact]
    public void A_copy_that_is_given_up_before_it_has_a_byte_is_found() =>
        Assert.Contains(AnomalyKind.WrongDiscard, GivenUp(Copy, hasBytes: false, SegmentRow(ModelLog.Segment)));

    [Fact]
    public void A_segment_of_writers_that_is_given_up_is_found() => Assert.Contains(
        AnomalyKind.WrongDiscard, GivenUp(ModelLog.Second + "x", hasBytes: true, SegmentRow(ModelLog.Segment)));

    private static string HeadKey => $"head|{Log}";

    // A discard that was not there before takes a segment for one that nobody needs.
    private static IReadOnlyList<AnomalyKind> GivenUp(string segment, bool hasBytes, string counting)
    {
        var story = Begun();
        if (hasBytes)
        {
            story.History.Appended(new SegmentName(segment), 1_000);
        }

        Store(story, 2_000, (SegmentKey, counting));
        Store(story, 3_000, (DiscardKey, $$"""{"segment":"{{segment}}","state":"Deleting"}"""));
        return [.. HistoryChecker.Check(story.History, Stored, complete: false).Anomalies
            .Where(static one => one.Detail.Contains("Deleting", StringComparison.Ordinal))
            .Select(static one => one.Kind)];
    }

    private static string SegmentRow(string segment) => Row(segment, bytes: 1_000, copied: true);

    // Everything is written and acknowledged, and the first segment has its row.
    private static Story Begun(string configs = "{}")
    {
        var story = new Story();
        story.History.Stored(
            "topics",
            [new("topic|orders", Encoding.UTF8.GetBytes($$"""{"id":"{{Story.Topic}}","configs":{{configs}}}"""))]);
        foreach (var end in (long[])[1_000, 2_000, 3_000])
        {
            story.History.Appended(new SegmentName(ModelLog.Segment), end);
        }

        story.History.Appended(new SegmentName(ModelLog.Second), 1_000);
        Store(story, 1_500, (HeadKey, Head(start: 0)), (SegmentKey, Row(ModelLog.Segment, bytes: 3_000, copied: false)));
        return story;
    }

    private static Story Asked(Story story) => story.Say(
        new Request.DeleteRecords(Story.Partition, 2), new Answer.Unknown("no answer"));

    private static Story Retired(Story story) =>
        Store(story, 2_000, (HeadKey, Head(start: 2)), (SegmentKey, null), (DiscardKey, Row("Retired")));

    private static IReadOnlyList<AnomalyKind> Kinds(Story story, long at)
    {
        story.History.Deleted(new SegmentName(ModelLog.Segment), new byte[3_000], at);
        return [.. HistoryChecker.Check(story.History, Stored, complete: false).Anomalies
            .Select(static one => one.Kind).Where(IsOfKeepers).Distinct()];
    }

    private static IReadOnlyList<AnomalyKind> Refused(long asked)
    {
        var story = Begun();
        story.Say(
            new Request.Poll([new Position(Story.Partition, asked)]), new Answer.OutOfRange(0, 3), process: 1);
        return [.. story.Check(Stored).Where(IsOfKeepers)];
    }

    private static IReadOnlyList<AnomalyKind> Rested(string discard)
    {
        var story = Begun();
        story.History.Note(0, new Request.KeptToRest(), at: 0);
        return story.Check(ModelLog.With(Stored, DiscardKey, Encoding.UTF8.GetBytes(discard)));
    }

    private static IReadOnlyList<AnomalyKind> Copied(
        string configs, params (long Offset, long Timestamp, long Value)[] records)
    {
        var story = Begun(configs);
        story.History.Appended(new SegmentName(Copy), 1_000);
        Store(
            story,
            2_000,
            (SegmentKey, Row(Copy, bytes: 1_000, copied: true)),
            (DiscardKey, Row("Retired")));
        var batches = records.Select(static one => new StoredBatch(
            one.Offset, -1, -1, -1, one.Timestamp, false, 0,
            [new StoredRecord(one.Timestamp, one.Value) { Key = "k" }]));
        var template = Stored.Partitions[0].Segments[0].Blocks[0];
        var block = template with { Segment = Copy, Kind = StoredBlockKind.Copied, Batches = [.. batches] };
        return story.Check(new StoredLog(
        [
            Stored.Partitions[0] with { Copies = [new StoredSegment(Copy, 1_000, [block], [])] },
        ]));
    }

    private static bool IsOfKeepers(AnomalyKind kind) => kind is >= AnomalyKind.SegmentMissing and <= AnomalyKind.LeftBehind;

    private static Story Store(Story story, long at, params (string Key, string? Row)[] rows)
    {
        story.History.Stored(
            $"log|{Log}",
            [.. rows.Select(static one => KeyValuePair.Create(
                one.Key, one.Row is null ? null : Encoding.UTF8.GetBytes(one.Row)))],
            at);
        return story;
    }

    private static string Head(long start) =>
        Encoding.UTF8.GetString(ModelLog.Head(ModelLog.Second, 0, baseOffset: 2))
            .Replace("\"logStartOffset\":0", $"\"logStartOffset\":{start}", StringComparison.Ordinal);

    private static string Row(string state) => $$"""{"segment":"{{ModelLog.Segment}}","state":"{{state}}"}""";

    private static string Row(string segment, long bytes, bool copied) =>
        $$"""
        {"segment":"{{segment}}","baseOffset":0,"nextOffset":2,"bytes":{{bytes}},"sealPosition":0,
        "copied":{{(copied ? "true" : "false")}}}
        """;

    private static StoredLog Keyed(StoredLog log)
    {
        foreach (var number in (int[])[0, 1])
        {
            log = ModelLog.With(log, number, static block => block with
            {
                Batches =
                [
                    .. block.Batches.Select(static batch => batch with
                    {
                        Records = [.. batch.Records.Select(static record => record with { Key = "k" })],
                    }),
                ],
            });
        }

        return log;
    }
}
