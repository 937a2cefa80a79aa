namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>What a rebalance may take, with storage calls that all take the same time.</summary>
public sealed class RebalanceTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(45);

    private static List<Rebalance> OfTwelve => RebalanceTable.Run(
        new GroupWorld(seed: 1, RebalanceTable.Partitions, static _ => RoundTrip),
        members: 12,
        killed: 3,
        static (member, session) => member.BeatAsync(Interval, session));

    [Fact]
    public void Members_that_join_move_as_few_partitions_as_balance_needs() =>
        Assert.All(OfTwelve, static one => Assert.Equal(one.LeastMoves, one.Moved));

    // The others hear of it with their next heartbeat, and the new one with its next after that.
    [Fact]
    public void A_join_takes_no_longer_than_two_heartbeats_and_the_calls_of_storage() =>
        Assert.All(
            OfTwelve[1..^1],
            static one => Assert.InRange(one.Took, TimeSpan.Zero, 2 * (Interval + (20 * RoundTrip))));

    [Fact]
    public void What_killed_members_had_is_read_again_a_session_and_a_heartbeat_later() =>
        Assert.InRange(OfTwelve[^1].LongestGap, Interval, Session + (2 * Interval));
}
