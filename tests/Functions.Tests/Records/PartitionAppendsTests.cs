using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Records;

public sealed class PartitionAppendsTests
{
    [Fact]
    public void Batches_continue_the_producers_sequence_across_its_end()
    {
        var appends = new PartitionAppends(
            new ProduceConditions(Producer: new ProducerSequence(7, 3, int.MaxValue - 1)));

        var (first, second) = (appends.Build(BuilderOf(3)), appends.Build(BuilderOf(1)));

        Assert.Equal((7, 3, int.MaxValue - 1), Of(first.Records));
        Assert.Equal((7, 3, 1), Of(second.Records));
    }

    [Fact]
    public void Batches_of_a_key_are_numbered_and_a_refused_record_keeps_its_number()
    {
        var appends = new PartitionAppends(new ProduceConditions(Request: new RequestKey(1, 0)));

        var first = appends.Build(BuilderOf(3));
        appends.Skip();
        var second = appends.Build(BuilderOf(1));

        Assert.Equal(0, appends.ConditionsOf(first).Request!.Value.FirstOrdinal);
        Assert.Equal(4, appends.ConditionsOf(second).Request!.Value.FirstOrdinal);
    }

    [Fact]
    public void The_stated_offset_moves_on_with_what_is_stored()
    {
        var appends = new PartitionAppends(new ProduceConditions(NextOffset: 5));
        var (first, second) = (appends.Build(BuilderOf(3)), appends.Build(BuilderOf(1)));
        var asked = appends.ConditionsOf(first);

        appends.Note(new StoredRun(0, 3, 5, null, Duplicate: false));

        Assert.Equal(5, asked.NextOffset);
        Assert.Equal(8, appends.ConditionsOf(second).NextOffset);
    }

    [Fact]
    public void Who_asks_for_nothing_gets_no_conditions()
    {
        var appends = new PartitionAppends(ProduceConditions.None);
        var batch = appends.Build(BuilderOf(1));
        appends.Note(new StoredRun(0, 1, 5, null, Duplicate: false));

        Assert.Same(AppendConditions.None, appends.ConditionsOf(batch));
    }

    private static (long, int, int) Of(RecordBatch batch) =>
        (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence);

    private static RecordBatchBuilder BuilderOf(int records)
    {
        var builder = new RecordBatchBuilder();
        for (var i = 0; i < records; i++)
        {
            builder.Append(0, null, null, []);
        }

        return builder;
    }
}
