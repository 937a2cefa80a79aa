using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>What all shared logs of a node share.</summary>
/// <param name="Blobs">Where the carriers lie.</param>
/// <param name="Accounts">The accounts that new carriers are spread over.</param>
/// <param name="Tables">Where their rows lie.</param>
/// <param name="Tuning">The numbers.</param>
/// <param name="Recent">What of other nodes' pieces is still in memory.</param>
/// <param name="Meters">The node's counters.</param>
/// <param name="Time">The only clock.</param>
/// <param name="Random">The only source of randomness.</param>
internal sealed record SharedContext(
    ISegmentStore Blobs,
    IReadOnlyList<string> Accounts,
    ITableStore Tables,
    SharedTuning Tuning,
    RecentPieces Recent,
    EngineMeters Meters,
    TimeProvider Time,
    Random Random)
{
    /// <summary>What the node remembers of sealed carriers.</summary>
    public CarrierCache Carriers { get; } = new(Tuning.CarriersCachedBytesMax);

    /// <summary>Now, in milliseconds since 1970.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The account for a new carrier.</summary>
    public string DrawAccount() => Random.NextAccount(Accounts);

    /// <summary>128 fresh random bits.</summary>
    public Bits128 Nonce() => Random.NextNonce();

    /// <summary>64 fresh random bits.</summary>
    public long Nonce64() => Random.NextNonce64();

    /// <summary>Waits before try number <paramref name="attempt"/> + 1: doubling, bounded, with jitter.</summary>
    public Task BackOffAsync(int attempt) =>
        Waits.BackOffAsync(attempt, Tuning.RetryDelayMin, Tuning.RetryDelayMax, Time, Random);
}
