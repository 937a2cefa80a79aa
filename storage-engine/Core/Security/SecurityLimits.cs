using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Security;

/// <summary>Limits of what is stored about rights, keys and quotas. Every node holds all of it in memory.</summary>
public static class SecurityLimits
{
    /// <summary>The most rights; some 10 MiB of memory with the longest names.</summary>
    public const int AclsMax = 10_000;

    /// <summary>The most keys; some 4 MiB of memory.</summary>
    public const int KeysMax = 10_000;

    /// <summary>The most quotas; some 2 MiB of memory.</summary>
    public const int QuotasMax = 10_000;

    /// <summary>The most rights or keys in one change: those that fit into a transaction beside the head row.</summary>
    public const int ChangesAtOnceMax = TableLimits.TransactionRowsMax - 1;

    /// <summary>The most decisions that a node remembers about one state.</summary>
    public const int DecisionsMax = 10_000;

    /// <summary>How often a change is decided again after a lost race, before the caller is told.</summary>
    public const int AttemptsMax = 16;
}
