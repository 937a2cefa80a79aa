using System.Diagnostics;
using Serverless.FunctionsHost;

namespace Serverless.Benchmarks.Hosting;

/// <summary>A published program as the custom handler of a double of the Functions host.</summary>
internal sealed class HostedProgram : IAsyncDisposable
{
    private readonly Process _process;

    private HostedProgram(Process process, FunctionsHostDouble front, TimeSpan ready)
    {
        (_process, Front, Ready) = (process, front, ready);
        ReadyProcessorTime = ProcessorTime;
    }

    /// <summary>The host in front of it.</summary>
    public FunctionsHostDouble Front { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Ready { get; }

    /// <summary>What the process had used by then.</summary>
    public TimeSpan ReadyProcessorTime { get; }

    /// <summary>What the process has used so far, on all its threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its memory now, in bytes.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it over an embedded store.</summary>
    /// <param name="folder">The published program.</param>
    /// <param name="data">The store's folder.</param>
    public static async Task<HostedProgram> StartAsync(string folder, string data)
    {
        var app = FunctionApp.Read(folder);
        var front = new FunctionsHostDouble(app);
        var start = new ProcessStartInfo(
            app.Executable, ["--data", data, "--anonymous", "all", "--anonymous-beyond-loopback", "yes"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in front.Variables)
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        await front.ReadyAsync(process.WaitForExitAsync(), CancellationToken.None);
        return new HostedProgram(process, front, Stopwatch.GetElapsedTime(began));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await Front.DisposeAsync();
    }
}
