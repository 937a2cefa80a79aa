using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Leases;

/// <summary>
/// The lease row of a log: who leads, as far as the table knows. It keeps writers from duelling and tells others where
/// to send; it is never needed for safety, which lies in the log's epochs.
/// </summary>
/// <param name="NodeId">The leader's node id, 32 hexadecimal digits.</param>
/// <param name="Address">Where the leader can be reached, or empty.</param>
/// <param name="Epoch">The epoch that the leader's barrier carries or will carry.</param>
/// <param name="ExpiresAt">Until when others leave the log to the leader, by the leader's clock.</param>
internal sealed record Lease(string NodeId, string Address, int Epoch, DateTimeOffset ExpiresAt)
{
    /// <summary>The lease of a node.</summary>
    public static Lease Of(NodeIdentity leader, int epoch, DateTimeOffset expiresAt) =>
        new(Format(leader.Id), leader.Address, epoch, expiresAt);

    /// <summary>Whether others may take the lease.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Whether the lease names this node.</summary>
    public bool IsHeldBy(Bits128 nodeId) => NodeId == Format(nodeId);

    /// <summary>A node id as the row writes it.</summary>
    public static string Format(Bits128 nodeId) => nodeId.ToString();
}
