using System.Diagnostics.Metrics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Benchmarks.Measuring;

/// <summary>Adds up the engine's own count of the calls that a storage service would bill.</summary>
internal sealed class StorageOperationCounter : IDisposable
{
    private const string Instrument = "serverless.storage.operations";

    private readonly MeterListener _listener = new();
    private long _total;

    /// <summary>Begins to count.</summary>
    public StorageOperationCounter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMeters.Name && instrument.Name == Instrument)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _total, count));
        _listener.Start();
    }

    /// <summary>Operations since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    public void Dispose() => _listener.Dispose();
}
