using System.Globalization;

namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>How many storage calls follow each other from the first request at a new node to its acknowledgement.</summary>
public sealed class TakeOverTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(10);

    // As much as a busy log is behind its last checkpoint.
    private const int LargeBytes = 350_000;

    [Theory]
    [InlineData(OldLeader.Left, NewNode.Cold, 1_000, 4)]
    [InlineData(OldLeader.Left, NewNode.Cold, LargeBytes, 4)]
    [InlineData(OldLeader.Silent, NewNode.Cold, 1_000, 4)]
    [InlineData(OldLeader.Silent, NewNode.Cold, LargeBytes, 4)]
    [InlineData(OldLeader.MayLive, NewNode.Cold, 1_000, 4)]
    [InlineData(OldLeader.MayLive, NewNode.Cold, LargeBytes, 4)]
    [InlineData(OldLeader.Left, NewNode.Warm, 1_000, 3)]
    [InlineData(OldLeader.Silent, NewNode.Warm, 1_000, 3)]
    [InlineData(OldLeader.MayLive, NewNode.Warm, 1_000, 3)]
    public void A_new_node_acknowledges_after_at_most_four_round_trips_and_waits_on_no_clock(
        OldLeader old, NewNode fresh, int batchBytes, int roundTrips)
    {
        using var takeOver = new TakeOver(seed: 1, static _ => RoundTrip) { BatchBytes = batchBytes };

        var took = takeOver.Run(old, fresh);

        Assert.True(took == RoundTrip * roundTrips, string.Create(
            CultureInfo.InvariantCulture, $"{took / RoundTrip} round trips: {string.Join(", ", takeOver.Calls)}"));
    }
}
