using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Serverless.Benchmarks.Measuring;

/// <summary>A server under measurement: a process of its own, which says where it listens.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The id of its process.</summary>
    public int Id => _process.Id;

    /// <summary>What the process has used so far, on all its threads, kernel time included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its memory now, in bytes: what the system gave it.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The most memory that it had so far, or since that was forgotten, in bytes.</summary>
    public long MemoryBytesMax
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Forgets the most memory that it had, where the system can.</summary>
    public void ForgetMemoryPeak() => MemoryPeak.Forget(_process.Id);

    /// <summary>Starts a process; ends when it says where it listens.</summary>
    /// <param name="start">What to start; its output is read here.</param>
    /// <param name="line">Fits the line that tells the address, as the group of this name.</param>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start, Regex line)
    {
        start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } text)
            {
                if (line.Match(text) is { Success: true } match)
                {
                    // Whatever it says later must not fill the pipe.
                    _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    return new ServerProcess(process, new Uri(match.Groups["address"].Value));
                }
            }

            throw new InvalidOperationException($"{start.FileName} ended before it listened.");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
