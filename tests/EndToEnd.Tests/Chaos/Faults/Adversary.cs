using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Chaos.Nodes;

namespace Serverless.EndToEnd.Tests.Chaos.Faults;

/// <summary>Kills and freezes nodes and takes their storage away, one act after the other, as drawn.</summary>
/// <remarks>After each act the log must go on: the next act waits for acknowledgements, not for a time.</remarks>
internal sealed class Adversary
{
    private const int RecordsBetweenActsMax = 200;

    private static readonly TimeSpan OutageMin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan OutageMax = TimeSpan.FromSeconds(4);
    private static readonly ProxyFault[] Outages =
        [ProxyFault.LoseRequest, ProxyFault.RefuseWith503, ProxyFault.AnswerWith503, ProxyFault.KeepSilent];

    private readonly ChaosCluster _cluster;
    private readonly IReadOnlyList<SeededFaults> _faults;
    private readonly Progress _progress;
    private readonly Random _random;
    private readonly SortedDictionary<string, int> _acts = new(StringComparer.Ordinal);

    /// <summary>Prepares; does nothing yet.</summary>
    /// <param name="cluster">The nodes, all of them started.</param>
    /// <param name="faults">The faults of the storage, one for each node or none at all.</param>
    /// <param name="progress">Tells whether the log goes on.</param>
    /// <param name="random">Draws the acts; belongs to this object from now on.</param>
    public Adversary(ChaosCluster cluster, IReadOnlyList<SeededFaults> faults, Progress progress, Random random)
    {
        _cluster = cluster;
        _faults = faults;
        _progress = progress;
        _random = random;
    }

    /// <summary>What was done how often.</summary>
    public IReadOnlyDictionary<string, int> Acts => _acts;

    /// <summary>How long one act may hold the log up before this counts as a fault of the log.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Acts this often, and leaves all nodes running.</summary>
    public async Task ActAsync(int times)
    {
        (string Name, Func<Task> Act)[] acts =
        [
            ("kill one node", KillOneAsync),
            ("kill all nodes", KillAllAsync),
            ("freeze a node past its lease", () => FreezeAsync(1, 3)),
            ("freeze a node briefly", () => FreezeAsync(0.05, 0.8)),
            ("freeze a node and kill another", FreezeOneKillAnotherAsync),
            ("freeze all nodes past their leases", FreezeAllAsync),
            .. _faults.Count == 0 ? [] : StorageActs,
            ("nothing", () => Task.CompletedTask),
        ];
        for (var time = 0; time < times; time++)
        {
            var (name, act) = acts[_random.Next(acts.Length)];
            _acts[name] = _acts.GetValueOrDefault(name) + 1;
            await act();
            await GoOnAsync(name);
        }
    }

    private (string Name, Func<Task> Act)[] StorageActs =>
    [
        ("cut one node off its storage", () => CutOffAsync([Draw(_faults)])),
        ("take the storage away from all nodes", () => CutOffAsync(_faults)),
    ];

    private async Task GoOnAsync(string name)
    {
        var more = _progress.MoreAsync(1 + _random.Next(RecordsBetweenActsMax));
        try
        {
            await more.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The log did not go on within {Patience} after: {name}.");
        }
    }

    private async Task KillOneAsync()
    {
        var node = Draw(_cluster.Nodes);
        await node.KillAsync();
        if (_cluster.Nodes.Count > 1 && _random.Next(2) == 0)
        {
            await GoOnAsync("kill one node, leave it dead");
        }

        await node.StartAsync();
    }

    private async Task KillAllAsync()
    {
        await Task.WhenAll(_cluster.Nodes.Select(static node => node.KillAsync()));
        await _cluster.StartAllAsync();
    }

    // A part of the freezes ends before the lease has run out, a part just then, a part long after.
    private async Task FreezeAsync(double leasesMin, double leasesMax)
    {
        var node = Draw(_cluster.Nodes);
        node.Freeze();
        await LeasesAsync(leasesMin, leasesMax);
        node.Thaw();
    }

    private async Task FreezeOneKillAnotherAsync()
    {
        var (frozen, killed) = (Draw(_cluster.Nodes), Draw(_cluster.Nodes));
        frozen.Freeze();
        if (killed != frozen)
        {
            await killed.KillAsync();
        }

        await LeasesAsync(0.5, 2);
        frozen.Thaw();
        await killed.StartAsync();
    }

    private async Task FreezeAllAsync()
    {
        foreach (var node in _cluster.Nodes)
        {
            node.Freeze();
        }

        await LeasesAsync(1, 2);
        foreach (var node in _cluster.Nodes)
        {
            node.Thaw();
        }
    }

    private async Task CutOffAsync(IReadOnlyList<SeededFaults> faults)
    {
        var fault = Draw(Outages);
        foreach (var one in faults)
        {
            one.BeginOutage(fault);
        }

        await Task.Delay(
            OutageMin + ((OutageMax - OutageMin) * _random.NextDouble()), TestContext.Current.CancellationToken);
        foreach (var one in faults)
        {
            one.EndOutage();
        }
    }

    // The length of a freeze is what the freeze is; there is no event to wait for.
    private Task LeasesAsync(double min, double max) => Task.Delay(
        ChaosCluster.LeaseDuration * (min + ((max - min) * _random.NextDouble())),
        TestContext.Current.CancellationToken);

    private T Draw<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
