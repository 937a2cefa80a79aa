using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Queues;

public sealed class SharePartitionRowsTests
{
    [Fact]
    public void The_largest_state_fits_into_a_row()
    {
        var records = Enumerable.Range(0, QueueLimits.InFlightMax).Select(static index =>
            new InFlightRecord(RecordState.Acquired, QueueLimits.DeliveryLimitMax)
            {
                Lock = new RecordLock(
                    ulong.MaxValue - (ulong)index,
                    new string('@', QueueLimits.ReceiverLengthMax),
                    new Deadline(QueueLimits.LockDurationMax, DateTimeOffset.MaxValue)),
            });
        var state = new SharePartition(
            new(UInt128.MaxValue), long.MaxValue - QueueLimits.InFlightMax, [.. records]);

        var row = SharePartitionRows.Encode(
            ulong.MaxValue,
            new StoredSharePartition(
                state, null, long.MaxValue, [.. Enumerable.Repeat(long.MinValue, StoredSharePartition.StampsMax)]));

        Assert.InRange(row.Length, 1, TableLimits.RowBytesMax);
    }

    [Fact]
    public void Records_in_flight_in_the_same_way_are_one_run_however_many()
    {
        var state = SharePartitionRules.Acquire(
            QueueWords.Fresh(),
            QueueWords.Settings with { InFlightMax = 2_000 },
            Enumerable.Range(0, 2_000).Select(static offset => (long)offset),
            QueueWords.Lock(1)).Next;

        Assert.InRange(SharePartitionRows.Encode(1, new StoredSharePartition(state, null, 0, [])).Length, 1, 300);
        Assert.Equal(2_000, state.Stored().Records.Length);
    }

    [Fact]
    public void A_row_remembers_its_last_writes()
    {
        var stored = new StoredSharePartition(QueueWords.Fresh(), null, 0, []);
        for (var stamp = 1; stamp <= 20; stamp++)
        {
            stored = stored.After(stored.State, stamp);
        }

        Assert.Equal(20, stored.Writes);
        Assert.Equal(Enumerable.Range(5, 16).Select(static stamp => (long)stamp), stored.Stamps);
    }

    [Theory]
    [InlineData("""{"v":2,"queue":"1","topic":"1","start":0,"runs":[],"holds":[],"writes":0,"stamps":[]}""")]
    [InlineData("""{"v":1,"queue":"x","topic":"1","start":0,"runs":[],"holds":[],"writes":0,"stamps":[]}""")]
    [InlineData("""{"v":1,"queue":"1","topic":"1","start":0,"runs":[1,1,1,0,0],"holds":[],"writes":0,"stamps":[]}""")]
    [InlineData("""{"v":1,"queue":"1","topic":"1","start":0,"runs":[2001,0,0,-1,0],"holds":[],"writes":0}""")]
    [InlineData("""{"v":1,"queue":"1","topic":"1","start":0,"runs":[0,0,0,-1,0],"holds":[],"writes":0,"stamps":[]}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void A_row_that_no_write_makes_is_reported(string json) =>
        Assert.Throws<CorruptDataException>(() => SharePartitionRows.Decode(new TableRow(
            "row", System.Text.Encoding.UTF8.GetBytes(json), new RowVersion("1"), QueueWords.Noon)));
}
