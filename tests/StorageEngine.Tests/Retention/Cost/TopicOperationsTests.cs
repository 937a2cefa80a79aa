using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Cost;

/// <summary>Paid calls by topic.</summary>
public sealed class TopicOperationsTests
{
    private static readonly TopicId Topic = new((UInt128)7 << 24);

    private readonly TopicOperations _operations = new();

    [Fact]
    public void Segments_copies_and_rows_of_logs_name_their_topic()
    {
        var partition = new PartitionId(Topic, 3);

        Assert.Equal(Topic, TopicOperations.TopicOf(LogKeys.SegmentName(partition, 0, 1).Value));
        Assert.Equal(Topic, TopicOperations.TopicOf(LogKeys.CopyName(partition, 0, 1).Value));
        Assert.Equal(Topic, TopicOperations.TopicOf(LogKeys.SegmentPrefix(Topic)));
        Assert.Equal(Topic, TopicOperations.TopicOf(LogKeys.Partition(partition.Log)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("health")]
    [InlineData("topics")]
    [InlineData("group|a")]
    [InlineData("queue|00000000000000000000000007000000")]
    public void What_belongs_to_no_topic_is_counted_for_none(string target) =>
        Assert.Null(TopicOperations.TopicOf(target));

    [Fact]
    public void Calls_are_counted_by_what_they_are_charged_as()
    {
        var segment = LogKeys.SegmentName(new PartitionId(Topic, 0), 0, 1).Value;
        string[] operations =
        [
            "segment.create", "segment.append", "segment.append", "segment.read", "segment.length", "segment.list",
            "segment.stage", "segment.commit", "segment.delete",
        ];
        foreach (var operation in operations)
        {
            _operations.Count(operation, segment);
        }

        _operations.Count("table.get", LogKeys.Partition(LogId.Of(Topic, 9)));

        Assert.Equal(new TopicOperationCounts(2, 4, 2, 1), _operations.CountsOf(Topic));
    }

    [Fact]
    public void The_number_of_topics_that_are_counted_is_bounded()
    {
        for (var at = 0; at <= TopicOperations.TopicsMax; at++)
        {
            _operations.Count("segment.read", LogKeys.SegmentPrefix(new TopicId((UInt128)(uint)(at + 1) << 24)));
        }

        Assert.Equal(1, _operations.CountsOf(new TopicId((UInt128)1 << 24)).Reads);
        var last = new TopicId((UInt128)(uint)(TopicOperations.TopicsMax + 1) << 24);
        Assert.Equal(default, _operations.CountsOf(last));
    }
}
