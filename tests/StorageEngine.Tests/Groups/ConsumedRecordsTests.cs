using Serverless.StorageEngine.Groups;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>What a read has taken, in pieces.</summary>
public sealed class ConsumedRecordsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(2_000)]
    public void Records_lie_in_the_order_in_which_they_were_added(int count)
    {
        var records = new ConsumedRecords();
        foreach (var offset in Enumerable.Range(0, count))
        {
            records.Add(new ConsumedRecord(default, new Record(offset, 0, null, null, [])));
        }

        var offsets = Enumerable.Range(0, count).Select(static one => (long)one);
        Assert.Equal(offsets, records.Select(static one => one.Record.Offset));
        Assert.Equal(count, records.Count);
        Assert.All(Enumerable.Range(0, count), index => Assert.Equal(index, records[index].Record.Offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => records[count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => records[-1]);
    }
}
