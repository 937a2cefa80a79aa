using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>What all logs of a node share.</summary>
/// <param name="Segments">Where the blocks lie, be it in blobs of their own or in shared logs.</param>
/// <param name="Tables">Where head, lease and segment rows lie.</param>
/// <param name="Node">This node.</param>
/// <param name="Settings">Its limits.</param>
/// <param name="Cache">Its blocks in memory.</param>
/// <param name="Pending">The bound on batches that wait for appends.</param>
/// <param name="Opening">The buffers of logs that are being opened.</param>
/// <param name="Loading">The bound on memory for reads that someone waits for.</param>
/// <param name="Compression">The codecs, for looking into compressed batches.</param>
/// <param name="Meters">Its counters.</param>
/// <param name="Time">The only clock.</param>
/// <param name="Random">The only source of randomness.</param>
/// <param name="ReportFailure">Is told of each mistake of the program in work that no request waits for.</param>
internal sealed record LogContext(
    SharedSegmentStore Segments,
    ITableStore Tables,
    NodeIdentity Node,
    EventLogSettings Settings,
    BlockCache Cache,
    ByteBudget Pending,
    OpeningMemory Opening,
    ByteBudget Loading,
    ICompression Compression,
    EngineMeters Meters,
    TimeProvider Time,
    Random Random,
    Action<Exception> ReportFailure)
{
    /// <summary>The numbers of the protocol.</summary>
    public LogTuning Tuning => Settings.Tuning;

    /// <summary>Now, in milliseconds since 1970.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Whether an exception is what storage may do to anyone at any time. Every other one is a mistake of the program.
    /// </summary>
    public static bool IsFault(Exception exception) =>
        exception is StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException;

    /// <summary>128 fresh random bits.</summary>
    public Bits128 Nonce() => Random.NextNonce();

    /// <summary>64 fresh random bits.</summary>
    public long Nonce64() => Random.NextNonce64();

    /// <summary>The account for a new segment: any of those that new segments are spread over.</summary>
    public string DrawAccount() => Random.NextAccount(Settings.SegmentAccounts);

    /// <summary>Waits before try number <paramref name="attempt"/> + 1: doubling, bounded, with jitter.</summary>
    public Task BackOffAsync(int attempt) =>
        Waits.BackOffAsync(attempt, Tuning.RetryDelayMin, Tuning.RetryDelayMax, Time, Random);

    /// <summary>Waits before a position is tried for again that another node has won: a random part of a bound that
    /// doubles.</summary>
    public Task StepAsideAsync(int attempt) =>
        Waits.StepAsideAsync(attempt, Tuning.ContentionDelayMin, Tuning.ContentionDelayMax, Time, Random);
}
