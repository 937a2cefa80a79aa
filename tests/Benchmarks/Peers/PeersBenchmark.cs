using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Peers;

/// <summary>
/// What somebody would take instead, on the same machine in the same run: all systems run at once, and each is loaded in
/// turn, round by round.
/// </summary>
/// <param name="folder">On the disk that is measured.</param>
/// <param name="rounds">Rounds that count.</param>
internal sealed class PeersBenchmark(string folder, int rounds)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1.5);

    private readonly List<(PeerKind Kind, IPeer Peer)> _peers = [];
    private readonly List<string> _versions = [];
    private readonly List<string> _skipped = [];

    /// <summary>Starts what can be started, measures it, and stops it again, also when it is interrupted.</summary>
    /// <param name="only">
    /// A part of the names of the peers to run, or, where no peer has it in its name, of the loads; empty for all.
    /// </param>
    public async Task<PeersResult> RunAsync(string only)
    {
        using var scratch = new ScratchFolder(folder);
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            var isOfPeers = PeerKind.All.Any(kind => kind.Name.Contains(only, StringComparison.OrdinalIgnoreCase));
            await StartAsync(isOfPeers ? only : "", scratch.Path, interrupted.Token);
            var results = await MeasureAsync(isOfPeers ? "" : only, interrupted.Token);
            return new PeersResult(results, _versions, _skipped);
        }
        finally
        {
            foreach (var (_, peer) in _peers)
            {
                await peer.DisposeAsync();
            }
        }

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static void Progress(string what) => Console.Error.WriteLine($"peers, {what} (load {Machine.Load()})");

    private async Task StartAsync(string only, string scratch, CancellationToken interrupted)
    {
        var packages = new DebianPackages();
        foreach (var kind in PeerKind.All.Where(kind =>
            kind == PeerKind.All[0] || kind.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            interrupted.ThrowIfCancellationRequested();
            Progress($"{kind.Name} starts");
            var problem = kind.Package is null ? null : await packages.EnsureAsync(kind.Package, kind.Executable);
            problem ??= await StartAsync(kind, scratch);
            if (problem is not null)
            {
                Progress($"{kind.Name} is skipped: {problem}");
                _skipped.Add($"{kind.Name}: {problem}");
            }
        }
    }

    // A peer that does not start is no reason to measure none.
    private async Task<string?> StartAsync(PeerKind kind, string scratch)
    {
        try
        {
            var own = Path.Combine(scratch, Path.GetRandomFileName());
            Directory.CreateDirectory(own);
            _peers.Add((kind, await kind.StartAsync(own)));
        }
        catch (Exception exception) when (kind.Package is not null)
        {
            return exception.Message;
        }

        if (kind.Package is not null && await DebianPackages.VersionAsync(kind.Package) is { } version)
        {
            _versions.Add($"{kind.Package} {version}");
        }

        return null;
    }

    private async Task<IReadOnlyList<PeerResult>> MeasureAsync(string only, CancellationToken interrupted)
    {
        var loads = Chosen.Of(
            _peers.SelectMany(static peer => peer.Peer.Loads.Select(load => (peer.Peer, Load: load))),
            static load => load.Load.Name,
            only);
        foreach (var (peer, load) in loads.Where(static load => load.Load.Kind == PeerLoadKind.Reading)
            .DistinctBy(static load => load.Peer))
        {
            interrupted.ThrowIfCancellationRequested();
            Progress($"stores what is for {load.Name}");
            await peer.StoreAsync();
        }

        var runs = loads.ToDictionary(static load => load.Load, static _ => new List<PeerRun>());
        for (var round = 0; round <= rounds; round++)
        {
            Progress(round == 0 ? "to warm up" : string.Create(CultureInfo.InvariantCulture, $"round {round}"));
            foreach (var (peer, load) in loads)
            {
                interrupted.ThrowIfCancellationRequested();
                var run = await MeasureAsync(peer, load, round == 0 ? WarmUp : Window);
                if (round > 0)
                {
                    runs[load].Add(run);
                }
            }
        }

        return [.. loads.Select(load => new PeerResult(load.Load, runs[load.Load]))];
    }

    private static async Task<PeerRun> MeasureAsync(IPeer peer, PeerLoad load, TimeSpan window)
    {
        // What another system's client left behind must not be paid for here.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        peer.ForgetMemoryPeak();
        using var self = Process.GetCurrentProcess();
        var (own, other, began) = (self.TotalProcessorTime, peer.ProcessorTime, Stopwatch.GetTimestamp());
        var records = await load.RunAsync(window);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        other = peer.ProcessorTime - other;
        self.Refresh();
        own = self.TotalProcessorTime - own;
        return new PeerRun(records, seconds, other.TotalSeconds, own.TotalSeconds, peer.MemoryBytesMax);
    }
}
