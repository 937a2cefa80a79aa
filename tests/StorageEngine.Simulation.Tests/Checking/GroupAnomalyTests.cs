using System.Text;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>What groups and their rows must never show.</summary>
public sealed class GroupAnomalyTests
{
    private const string Group = "readers";
    private static readonly Request Poll = new Request.GroupPoll(Group, "a");

    private static Story ThreeSent => new Story().Sent(0, 10, 11, 12)
        .Say(new Request.Subscribe(Group, "a", [Story.Topic]) { FromEarliest = true }, new Answer.Done());

    [Fact]
    public void What_a_group_committed_was_returned_to_one_of_its_members() =>
        Assert.Empty(ThreeSent.Say(Poll, Story.PolledOf((0, 10), (1, 11))).Say(Commit(2), new Answer.Done()).Check());

    [Fact]
    public void What_a_group_committed_without_ever_reading_it_was_skipped() =>
        Assert.Equal(
            [AnomalyKind.GroupSkip],
            ThreeSent.Say(Poll, Story.PolledOf((0, 10), (1, 11))).Say(Commit(3), new Answer.Done()).Check());

    [Fact]
    public void A_committed_offset_that_anyone_is_told_counts_too() =>
        Assert.Equal(
            [AnomalyKind.GroupSkip],
            ThreeSent.Say(Poll, Story.PolledOf((0, 10))).Say(
                new Request.ReadCommitted(Group, [Story.Partition]),
                new Answer.CommittedOffsets([new Position(Story.Partition, 2)])).Check());

    [Fact]
    public void A_poll_without_an_answer_may_have_taken_what_is_missing() =>
        Assert.Empty(ThreeSent.Say(Poll, Story.PolledOf((0, 10))).Say(Poll, new Answer.Unknown(""))
            .Say(Commit(3), new Answer.Done()).Check());

    [Fact]
    public void A_poll_without_an_answer_excuses_nothing_when_its_member_does_not_go_on() =>
        Assert.Equal(
            [AnomalyKind.GroupSkip],
            ThreeSent.Say(Poll, Story.PolledOf((0, 10)))
                .Say(new Request.GroupPoll(Group, "b"), new Answer.Unknown(""))
                .Say(Commit(3), new Answer.Done()).Check());

    [Fact]
    public void One_poll_without_an_answer_excuses_one_missing_piece_only() =>
        Assert.Equal(
            [AnomalyKind.GroupSkip],
            ThreeSent.Polled(0, 10, 11, 12).Say(Poll, new Answer.Unknown(""))
                .Say(Poll, Story.PolledOf((1, 11))).Say(Commit(3), new Answer.Done()).Check());

    [Fact]
    public void A_group_that_starts_at_the_end_owes_only_what_is_behind_its_first_record() =>
        Assert.Empty(new Story().Sent(0, 10, 11).Polled(0, 10, 11).Say(Poll, Story.PolledOf((1, 11)))
            .Say(Commit(2), new Answer.Done()).Check());

    [Fact]
    public void What_a_group_read_again_is_counted()
    {
        var story = ThreeSent.Say(Poll, Story.PolledOf((0, 10), (1, 11))).Say(Poll, Story.PolledOf((1, 11), (2, 12)))
            .Say(Commit(3), new Answer.Done());

        Assert.Equal(1, HistoryChecker.Check(story.History, stored: null, complete: false).ReadAgain);
    }

    [Fact]
    public void A_committed_offset_does_not_lead_the_log()
    {
        var story = new Story().Sent(0, 10);
        story.History.Stored("group|readers", [.. Offset(2)]);

        Assert.Equal([AnomalyKind.CommitAhead], story.Check(new ModelLog().Block(10).Build()));
    }

    [Fact]
    public void A_committed_offset_at_the_end_of_the_log_is_right()
    {
        var story = new Story().Sent(0, 10);
        story.History.Stored("group|readers", [.. Offset(1)]);

        Assert.Empty(story.Check(new ModelLog().Block(10).Build()));
    }

    [Fact]
    public void The_committed_offset_at_some_moment_of_the_question_is_told() => Assert.Empty(Told(2));

    [Fact]
    public void The_committed_offset_before_the_question_may_be_told() => Assert.Empty(Told(1));

    [Fact]
    public void A_committed_offset_that_had_been_replaced_before_must_not_be_told() =>
        Assert.Equal([AnomalyKind.WrongCommit], Told(0));

    [Fact]
    public void A_committed_offset_that_was_removed_meanwhile_need_not_be_told()
    {
        var story = new Story();
        story.History.Stored("group|readers", [.. Offset(1)]);
        var question = story.Ask(new Request.ReadCommitted(Group, [Story.Partition]));
        story.History.Stored("group|readers", [new("offset|orders|00000000|0", null)]);

        Assert.Empty(story.Answer(question, new Answer.CommittedOffsets([])).Check());
    }

    [Fact]
    public void A_committed_offset_is_not_forgotten() => Assert.Equal([AnomalyKind.WrongCommit], Told(null));

    // 0 and 1 were committed before the question, 2 meanwhile.
    private static IReadOnlyList<AnomalyKind> Told(long? offset)
    {
        var story = new Story();
        story.History.Stored("group|readers", [.. Offset(0)]);
        story.History.Stored("group|readers", [.. Offset(1)]);
        var question = story.Ask(new Request.ReadCommitted(Group, [Story.Partition]));
        story.History.Stored("group|readers", [.. Offset(2)]);
        return story.Answer(question, new Answer.CommittedOffsets(
            offset is { } told ? [new Position(Story.Partition, told)] : [])).Check();
    }

    private static Request.Commit Commit(long offset) => new(Group, "a", [new Position(Story.Partition, offset)]);

    private static KeyValuePair<string, byte[]?>[] Offset(long offset) =>
    [
        new(
            "offset|orders|00000000|0",
            Encoding.UTF8.GetBytes($$"""{"v":1,"topic":"{{Story.Topic}}","offset":{{offset}},"metadata":""}""")),
    ];
}
