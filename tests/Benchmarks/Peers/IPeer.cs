namespace Serverless.Benchmarks.Peers;

/// <summary>A system that runs, and the loads that its own client can put on it.</summary>
/// <remarks>Disposing it stops it; its folder is its starter's.</remarks>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>What its processes have used so far, kernel time included.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>The most memory that its largest process had since that was forgotten, in bytes.</summary>
    long MemoryBytesMax { get; }

    /// <summary>What it is measured with.</summary>
    IReadOnlyList<PeerLoad> Loads { get; }

    /// <summary>Forgets the peaks of its processes' memory.</summary>
    void ForgetMemoryPeak();

    /// <summary>
    /// Stores what the loads of the kind <see cref="PeerLoadKind.Reading"/> read; none of them runs before.
    /// </summary>
    Task StoreAsync();
}
