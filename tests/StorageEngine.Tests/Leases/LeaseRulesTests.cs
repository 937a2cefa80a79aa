using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Leases;

public sealed class LeaseRulesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UInt128 Me = 1;
    private static readonly UInt128 Other = 2;

    [Fact]
    public void Whom_the_last_barrier_names_leads_whatever_the_row_says() =>
        Assert.Equal(LogRole.Leader, LeaseRules.Role(LedBy(Me), LeaseOf(Other, Noon.AddHours(1)), Me, Noon));

    [Fact]
    public void A_running_lease_of_another_node_makes_a_guest() =>
        Assert.Equal(LogRole.Guest, LeaseRules.Role(LedBy(Other), LeaseOf(Other, Noon.AddSeconds(1)), Me, Noon));

    [Fact]
    public void A_lease_is_free_from_the_instant_it_expires() =>
        Assert.Equal(LogRole.TakeOver, LeaseRules.Role(LedBy(Other), LeaseOf(Other, Noon), Me, Noon));

    [Fact]
    public void A_log_without_a_lease_is_taken_over() =>
        Assert.Equal(LogRole.TakeOver, LeaseRules.Role(LedBy(Other), lease: null, Me, Noon));

    [Fact]
    public void A_lease_taken_without_its_barrier_is_completed() =>
        Assert.Equal(LogRole.TakeOver, LeaseRules.Role(LedBy(Other), LeaseOf(Me, Noon.AddHours(1)), Me, Noon));

    [Fact]
    public void A_leader_that_handed_the_log_over_does_not_take_it_back_while_the_row_still_names_it() =>
        Assert.Equal(
            LogRole.Guest,
            LeaseRules.Role(LedBy(Other) with { Epoch = 1 }, LeaseOf(Me, Noon.AddHours(1)), Me, Noon));

    [Fact]
    public void A_leader_gives_way_only_to_a_guest_that_wrote_more_than_its_share_over_a_whole_window()
    {
        Assert.Equal(Other, HandOver(own: 19, guest: 81, after: WriterShares.Window));
        Assert.Null(HandOver(own: 20, guest: 80, after: WriterShares.Window));
        Assert.Null(HandOver(own: 0, guest: 100, after: WriterShares.Window - TimeSpan.FromTicks(1)));
        Assert.Null(HandOver(own: 100, guest: 0, after: WriterShares.Window));
    }

    [Fact]
    public void A_guest_with_just_its_share_among_many_does_not_take_the_log()
    {
        var shares = WriterShares.StartingAt(Noon).With(Me, 1).With(Other, 60).With(3, 39);

        Assert.Null(LeaseRules.HandOverTo(shares, Me, Noon + WriterShares.Window));
        Assert.Equal(Other, LeaseRules.HandOverTo(shares.With(Other, 1), Me, Noon + WriterShares.Window));
    }

    [Fact]
    public void A_leader_expects_guests_until_a_dozen_blocks_in_a_row_were_its_own()
    {
        var since = LeaseRules.BlocksSinceGuest(int.MaxValue, Other, Me, isBarrier: false);
        for (var block = 0; block < 11; block++)
        {
            since = LeaseRules.BlocksSinceGuest(since, Me, Me, isBarrier: false);
        }

        Assert.True(LeaseRules.HasGuests(since));
        Assert.False(LeaseRules.HasGuests(LeaseRules.BlocksSinceGuest(since, Me, Me, isBarrier: false)));
    }

    [Fact]
    public void A_leader_that_has_just_taken_over_expects_no_guests() =>
        Assert.False(LeaseRules.HasGuests(LeaseRules.BlocksSinceGuest(0, Other, Me, isBarrier: true)));

    [Fact]
    public void A_lease_that_another_node_holds_is_written_anew_however_long_it_lasts() =>
        Assert.True(NeedsRenewal(LeaseOf(Other, Noon.AddHours(1))));

    [Fact]
    public void A_lease_is_written_anew_when_less_than_half_of_it_is_left()
    {
        Assert.False(NeedsRenewal(LeaseOf(Me, Noon.AddSeconds(5))));
        Assert.True(NeedsRenewal(LeaseOf(Me, Noon.AddSeconds(5).AddTicks(-1))));
    }

    private static bool NeedsRenewal(Lease lease) =>
        LeaseRules.NeedsRenewal(lease, Me, Noon, TimeSpan.FromSeconds(10));

    private static Bits128? HandOver(long own, long guest, TimeSpan after) => LeaseRules.HandOverTo(
        WriterShares.StartingAt(Noon).With(Me, own).With(Other, guest), Me, Noon + after);

    private static LogState LedBy(Bits128 node) =>
        LogState.Empty(new LogId(7), new SegmentName("s")) with { Leader = new NodeIdentity(node, "") };

    private static Lease LeaseOf(UInt128 node, DateTimeOffset expiresAt) => new(Lease.Format(node), "", 1, expiresAt);
}
