using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class TopicPartitionTests
{
    [Theory]
    [InlineData("a", 9, "b", 0)]
    [InlineData("a", 2, "a", 10)]
    [InlineData("B", 0, "a", 0)]
    public void The_order_is_by_name_byte_by_byte_and_then_by_index(string name, int index, string next, int nextIndex)
    {
        var (left, right) = (Of(name, index), Of(next, nextIndex));

        Assert.True(left < right && left <= right && right > left && right >= left);
        Assert.False(right < left || right <= left || left > right || left >= right);
    }

    [Fact]
    public void The_same_partition_comes_neither_before_nor_behind_itself()
    {
        var (left, right) = (Of("a", 1), Of("a", 1));

        Assert.True(left <= right && left >= right);
        Assert.False(left < right || left > right);
    }

    [Fact]
    public void It_is_written_as_Kafka_writes_it() => Assert.Equal("orders-3", Of("orders", 3).ToString());

    private static TopicPartition Of(string name, int index)
    {
        Assert.True(TopicName.TryParse(name, out var topic, out _));
        return new TopicPartition(topic, index);
    }
}
