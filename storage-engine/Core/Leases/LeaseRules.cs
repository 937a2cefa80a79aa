using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Leases;

/// <summary>Who should lead a log. Pure; a wrong answer costs speed, never a record.</summary>
internal static class LeaseRules
{
    /// <summary>A leader gives way when one guest wrote more than this share of the bytes of a window …</summary>
    public const double GuestShareMin = 0.6;

    /// <summary>… and the leader itself less than this share.</summary>
    public const double LeaderShareMax = 0.2;

    /// <summary>
    /// A leader reads the tail before it writes while one of this many blocks was another node's: a read costs a twelfth
    /// of an append (list prices), and a guest's block costs a leader that does not read one append in vain.
    /// </summary>
    public const int GuestBlocksMin = 12;

    /// <summary>As what this node writes the next block.</summary>
    /// <param name="state">The log as folded so far.</param>
    /// <param name="lease">The lease row as this node knows it, or null when there is none.</param>
    /// <param name="me">This node.</param>
    /// <param name="now">By this node's clock.</param>
    public static LogRole Role(LogState state, Lease? lease, Bits128 me, DateTimeOffset now)
    {
        if (state.Leader.Id == me)
        {
            return LogRole.Leader;
        }

        // A lease of this node's with an epoch that the log has reached is one that it lost: it handed the log over, or was
        // replaced, and the row lags behind.
        var announcesMe = lease is not null && lease.IsHeldBy(me) && lease.Epoch > state.Epoch;
        return lease is null || lease.IsExpired(now) || announcesMe ? LogRole.TakeOver : LogRole.Guest;
    }

    /// <summary>How many blocks in a row are the leader's own, behind one more.</summary>
    /// <param name="before">How many were; <see cref="int.MaxValue"/> for a leader that has met no guest.</param>
    /// <param name="writer">Who wrote the next block.</param>
    /// <param name="leader">Who leads behind it.</param>
    /// <param name="isBarrier">Whether it names the leader: who takes over has met no guest.</param>
    public static int BlocksSinceGuest(int before, Bits128 writer, Bits128 leader, bool isBarrier) =>
        isBarrier ? int.MaxValue
        : writer != leader ? 0
        : before == int.MaxValue ? before
        : before + 1;

    /// <summary>Whether a leader should expect that the tail has moved without it.</summary>
    /// <param name="blocksSinceGuest">How many blocks in a row are its own.</param>
    public static bool HasGuests(int blocksSinceGuest) => blocksSinceGuest < GuestBlocksMin;

    /// <summary>Whether a leader should write its lease row again: when less than half of it is left.</summary>
    public static bool NeedsRenewal(Lease? lease, Bits128 me, DateTimeOffset now, TimeSpan duration) =>
        lease is null || !lease.IsHeldBy(me) || lease.ExpiresAt - now < duration / 2;

    /// <summary>The guest that the leader should hand the log to, or null.</summary>
    /// <param name="shares">Who wrote how much lately.</param>
    /// <param name="leader">The current leader: this node.</param>
    /// <param name="now">By this node's clock.</param>
    public static Bits128? HandOverTo(WriterShares shares, Bits128 leader, DateTimeOffset now)
    {
        var total = shares.Bytes.Values.Sum();
        if (!shares.IsComplete(now) || total == 0)
        {
            return null;
        }

        var busiest = shares.Bytes.MaxBy(static writer => writer.Value);
        var own = shares.Bytes.GetValueOrDefault(leader);
        return busiest.Key != leader && busiest.Value > total * GuestShareMin && own < total * LeaderShareMax
            ? busiest.Key
            : null;
    }
}
