namespace Serverless.StorageEngine.Leases;

/// <summary>As what a node writes to a log.</summary>
internal enum LogRole
{
    /// <summary>The log's last barrier names this node: append at the known tail.</summary>
    Leader,

    /// <summary>Another node leads: read the tail first, then append under its epoch.</summary>
    Guest,

    /// <summary>Nobody leads, or the lease has run out: take the lease and raise the epoch with the next
    /// block.</summary>
    TakeOver,
}
