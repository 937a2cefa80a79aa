using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>One place for a node: it is started, killed and frozen there again and again.</summary>
/// <param name="folder">The current directory of its processes.</param>
/// <param name="arguments">Their arguments.</param>
internal sealed class ChaosNode(string folder, string[] arguments) : IAsyncDisposable
{
    // A node refuses to start when the storage does not answer, and the faults may well hit one start after another.
    private const int StartsMax = 50;

    private static int _lives;

    private HostProcess? _process;

    /// <summary>The node that lives here; null while there is none that listens.</summary>
    public NodeLife? Life { get; private set; }

    /// <summary>Starts a node, as often as it takes.</summary>
    public async Task StartAsync()
    {
        for (var attempt = 1; _process is null; attempt++)
        {
            try
            {
                _process = await HostProcess.StartAsync(folder, arguments);
                Life = new NodeLife(_process.Address, Interlocked.Increment(ref _lives));
            }
            catch (InvalidOperationException refused) when (attempt < StartsMax)
            {
                TestContext.Current.SendDiagnosticMessage(refused.Message);
            }
        }
    }

    /// <summary>Kills the node in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        Life = null;
        if (_process is { } process)
        {
            _process = null;
            await process.KillAsync();
            await process.DisposeAsync();
        }
    }

    /// <summary>Stops the node between two instructions; its connections stay open, and new ones queue up.</summary>
    public void Freeze() => _process?.Send(Signals.Stop);

    /// <summary>Lets a frozen node go on as if no time had passed.</summary>
    public void Thaw() => _process?.Send(Signals.Continue);

    public async ValueTask DisposeAsync()
    {
        Life = null;
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }
    }
}
