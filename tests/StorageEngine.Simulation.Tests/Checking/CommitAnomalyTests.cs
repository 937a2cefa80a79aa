using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;
using static Serverless.StorageEngine.Simulation.Tests.Checking.GroupRows;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Who may commit which offset.</summary>
public sealed class CommitAnomalyTests
{
    private const int Epoch = 4;

    private static Story Owned => new Story().Store(Group(Epoch, "a b", 0), Member("a", 0), Member("b"));

    [Fact]
    public void A_commit_of_an_owned_partition_is_one_transaction_with_its_owner() =>
        Assert.Empty(Owned.Store(Member("a", 0), Offset(0)).Check());

    [Fact]
    public void A_commit_without_the_owner_of_the_partition_is_not_fenced() =>
        Assert.Equal([AnomalyKind.UnfencedCommit], Owned.Store(Member("b"), Offset(0)).Check());

    [Fact]
    public void A_commit_of_a_partition_without_an_owner_is_anyones() =>
        Assert.Empty(Check([Group(1, "a b", -1), Member("a"), Member("b")], [Member("b"), Offset(0)]));

    [Fact]
    public void A_commit_that_expels_an_owner_who_is_away_needs_no_row_of_that_one() =>
        Assert.Empty(Check([Group(1, "a b", 0), Member("b")], [Group(2, "b", -1), Offset(0)]));

    [Fact]
    public void A_commit_of_a_partition_whose_owner_is_away_and_stays_is_not_fenced() => Assert.Equal(
        [AnomalyKind.UnfencedCommit],
        Check([Group(1, "a b", 0), Member("b")], [Group(2, "a b", 0), Member("b"), Offset(0)]));

    [Fact]
    public void A_commit_that_expels_an_owner_and_leaves_its_row_is_not_fenced() => Assert.Equal(
        [AnomalyKind.UnfencedCommit],
        Check([Group(1, "a b", 0), Member("a", 0), Member("b")], [Group(2, "b", -1), Offset(0)]));

    [Fact]
    public void A_commit_that_is_asked_for_lands() => Assert.Empty(Landed(Commit("a", Epoch)));

    [Fact]
    public void A_commit_of_a_member_that_knows_no_epochs_lands() => Assert.Empty(Landed(Commit("a", null)));

    [Fact]
    public void A_commit_of_an_epoch_that_is_over_is_stale() =>
        Assert.Equal([AnomalyKind.StaleCommit], Landed(Commit("a", Epoch - 1)));

    [Fact]
    public void A_commit_of_an_epoch_that_has_not_come_is_stale_as_well() =>
        Assert.Equal([AnomalyKind.StaleCommit], Landed(Commit("a", Epoch + 1)));

    [Fact]
    public void A_commit_of_one_who_is_no_member_is_stale() =>
        Assert.Equal([AnomalyKind.StaleCommit], Landed(Commit("c", null)));

    [Fact]
    public void A_commit_under_the_epoch_that_the_same_transaction_ends_is_in_time()
    {
        var story = Owned;
        var open = story.Ask(Commit("a", Epoch));

        Assert.Empty(story.Store(Group(Epoch + 1, "a b", 0), Member("a", 0), Offset(2, "mark"))
            .Answer(open, new Answer.Done()).Check());
    }

    [Fact]
    public void Offsets_set_from_outside_land() => Assert.Empty(Landed(
        new Request.AlterOffsets(Name, [new Position(Story.Partition, 2)], "mark")));

    [Fact]
    public void A_commit_with_another_offset_was_not_asked_for() =>
        Assert.Equal([AnomalyKind.UnaskedCommit], Landed(Commit("a", Epoch), offset: 3));

    [Fact]
    public void A_commit_that_nobody_made_was_not_asked_for() =>
        Assert.Equal([AnomalyKind.UnaskedCommit], Owned.Store(Member("a", 0), Offset(2, "mark")).Check());

    [Fact]
    public void A_commit_that_was_refused_must_not_land()
    {
        var refused = new Answer.Failed(Refusal.NotOwner, -1, "");

        Assert.Equal(
            [AnomalyKind.UnaskedCommit],
            Owned.Say(Commit("a", Epoch), refused).Store(Member("a", 0), Offset(2, "mark")).Check());
    }

    [Fact]
    public void A_commit_that_was_acknowledged_must_not_land_again() =>
        Assert.Equal(
            [AnomalyKind.UnaskedCommit],
            LandedTwice.Check());

    [Fact]
    public void A_commit_that_was_acknowledged_is_stored() =>
        Assert.Equal([AnomalyKind.LostCommit], Owned.Say(Commit("a", Epoch), new Answer.Done()).Check());

    [Fact]
    public void A_commit_whose_offset_others_remove_in_the_same_transaction_leaves_nothing()
    {
        var story = Owned;
        var commit = story.Ask(Commit("a", Epoch));
        var removal = story.Ask(Removal);

        Assert.Empty(story.Store(Member("a", 0))
            .Answer(removal, new Answer.Done()).Answer(commit, new Answer.Done()).Check());
    }

    [Fact]
    public void A_commit_whose_offset_others_removed_before_is_stored()
    {
        var story = Owned;
        var removal = story.Ask(Removal);
        story.Store(Member("a", 0)).Answer(removal, new Answer.Done());
        var commit = story.Ask(Commit("a", Epoch));

        Assert.Equal(
            [AnomalyKind.LostCommit], story.Store(Member("a", 0)).Answer(commit, new Answer.Done()).Check());
    }

    [Fact]
    public void A_commit_without_an_answer_may_land_later() => Assert.Empty(
        Owned.Say(Commit("a", Epoch), new Answer.Unknown("")).Store(Member("a", 0), Offset(2, "mark")).Check());

    [Fact]
    public void What_members_commit_by_themselves_goes_forward() =>
        Assert.Empty(Owned.Store(Member("a", 0), Offset(2)).Store(Member("a", 0), Offset(2)).Check());

    [Fact]
    public void What_members_commit_by_themselves_never_goes_back() =>
        Assert.Equal(
            [AnomalyKind.CommitFell],
            Owned.Store(Member("a", 0), Offset(2)).Store(Member("a", 0), Offset(1)).Check());

    private static Request.AlterOffsets Removal => new(Name, [], "removal") { Removed = [Story.Partition] };

    private static Story LandedTwice
    {
        get
        {
            var story = Owned;
            var open = story.Ask(Commit("a", Epoch));
            return story.Store(Member("a", 0), Offset(2, "mark")).Answer(open, new Answer.Done())
                .Store(Member("a", 0), Offset(2, "mark"));
        }
    }

    private static Request.Commit Commit(string member, int? epoch) =>
        new(Name, member, [new Position(Story.Partition, 2)]) { Epoch = epoch, Mark = "mark" };

    // Stored while the request is open.
    private static IReadOnlyList<AnomalyKind> Landed(Request request, long offset = 2)
    {
        var story = Owned;
        var open = story.Ask(request);
        return story.Store(Member("a", 0), Offset(offset, "mark")).Answer(open, new Answer.Done()).Check();
    }
}
