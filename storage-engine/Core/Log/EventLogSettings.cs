using Serverless.StorageEngine.SharedLogs;

namespace Serverless.StorageEngine.Log;

/// <summary>The limits of a node's logs; what an operator may set, docs/operations.md says when.</summary>
public sealed record EventLogSettings
{
    private static readonly IReadOnlyList<string> OneAccount = [""];

    /// <summary>The most bytes of batches that wait for an append of one log; more are refused with a retry
    /// hint.</summary>
    public int PendingBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>The most bytes of batches that wait for appends of all logs together; more are refused with a retry
    /// hint.</summary>
    public long PendingBytesTotalMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>The most bytes of memory that the blocks take that this node keeps for readers, their objects
    /// included.</summary>
    public long CacheBytesMax { get; init; } = 40L * 1024 * 1024;

    /// <summary>The most bytes of shared logs' blocks, written by other nodes, that this node keeps in memory until the
    /// readers of their partitions have come.</summary>
    public long SharedRecentBytesMax { get; init; } = 32L * 1024 * 1024;

    /// <summary>How long a leader's lease lasts without renewal.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most logs a node keeps open; beyond, idle ones are forgotten and opened again on use.</summary>
    public int OpenLogsMax { get; init; } = 10_000;

    /// <summary>How long the node's end waits for appends in flight and for leases to be given back.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The names of the storage accounts that new segments are spread over, one or more; each must be among those of the
    /// <see cref="Storage.SpreadSegmentStore"/>. The empty name, alone, is a store that has one account only.
    /// </summary>
    public IReadOnlyList<string> SegmentAccounts { get; init; } = OneAccount;

    /// <summary>The numbers of the protocol, which are no operator's.</summary>
    internal LogTuning Tuning { get; init; } = LogTuning.Default;

    /// <summary>The numbers of shared logs, which are no operator's either.</summary>
    internal SharedTuning Shared { get; init; } = new();
}
