using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Serverless.Benchmarks.Peers;

/// <summary>A peer's server: a process that listens on ports of its own and writes below a folder of its own.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;

    private Daemon(Process process) => _process = process;

    /// <summary>What it and what it started have used so far.</summary>
    public TimeSpan ProcessorTime => ProcessTree.ProcessorTime(_process.Id);

    /// <summary>
    /// The most memory that the largest of its processes had so far, or since that was forgotten, in bytes.
    /// </summary>
    public long MemoryBytesMax => ProcessTree.MemoryBytesMax(_process.Id);

    /// <summary>Forgets the most memory that each of its processes had.</summary>
    public void ForgetMemoryPeak() => ProcessTree.ForgetMemoryPeak(_process.Id);

    /// <summary>A loopback port that nobody has now.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Starts it; ends when it takes connections.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="port">Where it will listen on the loopback address.</param>
    public static async Task<Daemon> StartAsync(ProcessStartInfo start, int port)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var daemon = new Daemon(process);
        var said = new Queue<string>();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ConnectableAsync(process, port, said);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Keep(Queue<string> said, string? line)
    {
        const int LinesMax = 5;
        lock (said)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                said.Enqueue(line.Trim());
            }

            if (said.Count > LinesMax)
            {
                said.Dequeue();
            }
        }
    }

    private static async Task ConnectableAsync(Process process, int port, Queue<string> said)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause);
            }
            catch (SocketException)
            {
                lock (said)
                {
                    throw new InvalidOperationException($"it does not listen; it said: {string.Join(" / ", said)}");
                }
            }
        }
    }
}
