using System.Diagnostics;
using System.Globalization;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>Many seeds, with progress, numbers and coverage.</summary>
internal sealed class LongRun(CommandArguments arguments, TextWriter target)
{
    // Shrinking takes a minute; when much is wrong, the first ones tell enough.
    private const int ShrunkMax = 3;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(30);

    private readonly Coverage _coverage = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
    private readonly List<ulong> _bad = [];
    private TimeSpan _told;

    /// <summary>Runs them.</summary>
    /// <returns>Whether all were good.</returns>
    public bool Run()
    {
        SeedRunner.Run(
            [.. Enumerable.Range(0, arguments.Seeds).Select(number => arguments.From + (ulong)number)],
            arguments.Threads,
            Take);
        _coverage.Write(target);
        Tell();
        if (_bad.Count > 0)
        {
            target.WriteLine($"bad seeds: {string.Join(' ', _bad)}");
        }

        return _bad.Count == 0;
    }

    private void Take(SimulationReport report)
    {
        _coverage.Add(report);
        if (report.IsBad)
        {
            _bad.Add(report.Seed);
            target.WriteLine(_bad.Count <= ShrunkMax ? FailureText.Of(report) : $"Seed {report.Seed} fails, too.");
        }

        if (_watch.Elapsed - _told > ProgressInterval)
        {
            Tell();
        }
    }

    private void Tell()
    {
        _told = _watch.Elapsed;
        var minutes = (Process.GetCurrentProcess().TotalProcessorTime - _cpuBefore).TotalMinutes;
        target.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_watch.Elapsed:hh\\:mm\\:ss}  {_coverage.Seeds:N0} seeds, {_coverage.Operations:N0} operations, "
            + $"{_bad.Count} bad; per CPU minute {_coverage.Seeds / minutes:N0} seeds, "
            + $"{_coverage.Operations / minutes:N0} operations"));
    }
}
