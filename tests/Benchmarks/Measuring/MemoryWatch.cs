using System.Globalization;

namespace Serverless.Benchmarks.Measuring;

/// <summary>The most memory that another process has from a moment on, by kind.</summary>
/// <remarks>
/// On Linux only; elsewhere all peaks are 0. The system keeps the peak of the whole; the parts are looked at every few
/// milliseconds, so a shorter peak of one of them may be missed.
/// </remarks>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly string _folder;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;
    private long _own;
    private long _mapped;

    /// <summary>Asks the system to forget the process's earlier peak, and begins to look.</summary>
    /// <param name="process">The process's id.</param>
    public MemoryWatch(int process)
    {
        _folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        if (Directory.Exists(_folder))
        {
            File.WriteAllText(Path.Combine(_folder, "clear_refs"), "5");
        }

        _thread = new Thread(Look) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends, and gives the peaks in bytes: of the whole, of its own memory, of mapped files.</summary>
    public (long Whole, long Own, long Mapped) End()
    {
        _ended.Set();
        _thread.Join();
        return (Read("VmHWM:"), _own, _mapped);
    }

    public void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _ended.Dispose();
    }

    private void Look()
    {
        do
        {
            _own = Math.Max(_own, Read("RssAnon:"));
            _mapped = Math.Max(_mapped, Read("RssFile:") + Read("RssShmem:"));
        }
        while (!_ended.Wait(Pause));
    }

    // 0 for a process that has gone.
    private long Read(string key)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(_folder, "status")).FirstOrDefault(text =>
                text.StartsWith(key, StringComparison.Ordinal));
            var number = line?[key.Length..].Replace("kB", "", StringComparison.Ordinal);
            return number is null ? 0 : long.Parse(number, CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
