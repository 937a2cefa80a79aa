using System.Diagnostics.Metrics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>The engine's own counters of one run, by name: which of its paths the run reached.</summary>
internal sealed class EngineCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public EngineCounts(EngineMeters meters)
    {
        // Other runs of this process have meters of the same names.
        var instruments = new HashSet<Instrument>
        {
            meters.BlocksAppended, meters.AppendsLost, meters.AppendsUnknown, meters.TakeOvers, meters.RowUpdatesFailed,
        };
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instruments.Contains(instrument))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, _, _) =>
            _counts[instrument.Name] = _counts.GetValueOrDefault(instrument.Name) + measurement);
        _listener.Start();
    }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Dispose() => _listener.Dispose();
}
