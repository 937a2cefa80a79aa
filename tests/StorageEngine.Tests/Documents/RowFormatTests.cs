using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Retention.Keeping;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Documents;

public sealed class RowFormatTests
{
    private static readonly Dictionary<string, JsonTypeInfo> Rows = new()
    {
        ["topic"] = TopicJson.Default.TopicRow,
        ["deleted topic"] = TopicJson.Default.DeletedTopicRow,
        ["used name"] = TopicJson.Default.UsedNameRow,
        ["head"] = LogRowsJson.Default.HeadRow,
        ["lease"] = LogRowsJson.Default.Lease,
        ["segment"] = LogRowsJson.Default.SegmentRow,
        ["segment of a copy"] = LogRowsJson.Default.SegmentRow,
        ["discard"] = LogRowsJson.Default.DiscardRow,
        ["shared log"] = SharedRowsJson.Default.SharedRegistration,
        ["head of a shared log"] = SharedRowsJson.Default.SharedHeadRow,
        ["carrier"] = SharedRowsJson.Default.CarrierRow,
        ["producer ids"] = ProducerJson.Default.ProducerIdsRow,
        ["producer"] = ProducerJson.Default.ProducerRow,
        ["group"] = GroupJson.Default.GroupRow,
        ["instance"] = GroupJson.Default.InstanceRow,
        ["offset"] = GroupJson.Default.OffsetRow,
        ["keeper of topics"] = KeeperJson.Default.KeeperRunRow,
        ["keeper of a topic"] = KeeperJson.Default.TopicKeeperRow,
        ["cleanup of groups"] = CleanupJson.Default.CleanupRow,
        ["queue"] = QueueJson.Default.QueueRow,
        ["share partition"] = QueueJson.Default.SharePartitionRow,
        ["security"] = SecurityJson.Default.SecurityHeadRow,
        ["right"] = SecurityJson.Default.AclRow,
        ["key"] = SecurityJson.Default.ApiKeyRow,
        ["quota"] = SecurityJson.Default.QuotaRow,
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_that_FORMAT_md_shows_is_read_and_written_again_as_it_stands_there(string name)
    {
        var shown = FormatDocument.Example($"Row: {name}", "json");

        var row = JsonSerializer.Deserialize(shown, Rows[name]);

        // No text in the examples holds white space, so all of it is there for the eye.
        Assert.Equal(
            string.Concat(shown.Where(static c => !char.IsWhiteSpace(c))),
            Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(row, Rows[name])));
    }

    [Fact]
    public void The_segments_of_the_carrier_row_that_FORMAT_md_shows_are_the_ones_it_describes()
    {
        var row = JsonSerializer.Deserialize(
            FormatDocument.Example("Row: carrier", "json"), SharedRowsJson.Default.CarrierRow);

        Assert.Equal(
            [KeyValuePair.Create(5L, (0L, true)), KeyValuePair.Create(7L, (1_000L, false))], row!.ReadSegments());
    }

    [Fact]
    public void The_index_of_the_segment_row_that_FORMAT_md_shows_is_the_one_it_describes()
    {
        var row = JsonSerializer.Deserialize(
            FormatDocument.Example("Row: segment", "json"), LogRowsJson.Default.SegmentRow);

        Assert.Equal([new IndexEntry(0, 0, -1)], row!.SparseIndex().Entries);
    }
}
