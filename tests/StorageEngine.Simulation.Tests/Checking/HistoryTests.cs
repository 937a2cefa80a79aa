using System.Buffers;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

public sealed class HistoryTests
{
    private static readonly SegmentName Segment = new(ModelLog.Segment);

    [Fact]
    public async Task One_count_numbers_questions_answers_and_what_took_effect()
    {
        var history = new History();
        var store = new RecordedSegmentStore(new SimulatedSegmentStore(), history);
        await store.CreateAsync(Segment, TestContext.Current.CancellationToken);
        var send = history.Invoke(process: 0, Story.SendOf(10), at: 5);
        await AppendAsync(store, position: 0);
        history.Complete(send, Answer.Sent.At(0, 1, duplicate: false), at: 7);

        var operation = Assert.Single(history.Operations);
        Assert.Equal((0, 2), (operation.Invoked, operation.Completed));
        Assert.Equal(new StoredAppend(1, Segment, 3), Assert.Single(history.Appends));
    }

    [Fact]
    public async Task An_append_that_took_no_effect_is_not_recorded()
    {
        var history = new History();
        var store = new RecordedSegmentStore(new SimulatedSegmentStore(), history);
        await store.CreateAsync(Segment, TestContext.Current.CancellationToken);

        await AppendAsync(store, position: 9);

        Assert.Empty(history.Appends);
    }

    [Fact]
    public async Task The_commit_of_a_whole_segment_is_recorded_once_as_an_append_of_all_of_it()
    {
        var history = new History();
        var store = new RecordedSegmentStore(new SimulatedSegmentStore(), history);
        var token = TestContext.Current.CancellationToken;
        await store.StageAsync(Segment, 0, new ReadOnlySequence<byte>(new byte[3]), token);
        await store.StageAsync(Segment, 1, new ReadOnlySequence<byte>(new byte[4]), token);
        Assert.Empty(history.Appends);

        await store.CommitAsync(Segment, 2, token);
        await store.CommitAsync(Segment, 2, token);

        Assert.Equal(new StoredAppend(0, Segment, 7), Assert.Single(history.Appends));
    }

    [Fact]
    public async Task Rows_are_recorded_as_they_are_committed_and_refused_changes_are_not()
    {
        var history = new History();
        var store = new RecordedTableStore(new SimulatedTableStore(TimeProvider.System), history);
        var insert = new RowChange.Insert("row", new byte[] { 1 });
        await store.ExecuteAsync("partition", [insert], TestContext.Current.CancellationToken);
        await store.ExecuteAsync("partition", [insert], TestContext.Current.CancellationToken);

        var transaction = Assert.Single(history.Rows);
        Assert.Equal(("row", 1), (transaction.Changes[0].Key, transaction.Changes[0].Value![0]));
    }

    [Fact]
    public void An_operation_without_an_answer_has_an_unknown_outcome()
    {
        var history = new History();
        history.Invoke(process: 0, Story.SendOf(10), at: 0);

        Assert.True(history.Operations[0].IsUnknown);
        Assert.Equal(Operation.Never, history.Operations[0].Completed);
    }

    [Fact]
    public void An_operation_is_answered_once()
    {
        var story = new Story().Unknown(10);

        Assert.Throws<InvalidOperationException>(() => story.Answer(0, new Answer.Done()));
    }

    [Fact]
    public void A_line_of_text_tells_what_was_asked_and_answered()
    {
        using var text = new StringWriter();
        HistoryText.Write(new Story().Sent(4, 10, 11).Polled(4, 10).History, text);

        var lines = text.ToString().Split(Environment.NewLine);
        Assert.EndsWith("[10 11] as Plain { } if   -> sent at [4 5]", lines[0], StringComparison.Ordinal);
        Assert.Contains("-> polled", lines[1], StringComparison.Ordinal);
        Assert.Contains("4=10", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("17...", 17)]
    [InlineData("\"17\"", 17)]
    [InlineData("", -1)]
    [InlineData("hello", -1)]
    [InlineData("99999999999999999999", -1)]
    public void A_value_is_read_from_the_digits_that_a_record_begins_with(string record, long value) =>
        Assert.Equal(value, RecordValue.Decode(System.Text.Encoding.UTF8.GetBytes(record)));

    [Fact]
    public void A_value_may_be_padded() =>
        Assert.Equal((20, 17L), (RecordValue.Encode(17, 20).Length, RecordValue.Decode(RecordValue.Encode(17, 20))));

    private static ValueTask<SegmentAppend> AppendAsync(RecordedSegmentStore store, long position) => store.AppendAsync(
        Segment, position, new ReadOnlySequence<byte>(new byte[3]), TestContext.Current.CancellationToken);
}
