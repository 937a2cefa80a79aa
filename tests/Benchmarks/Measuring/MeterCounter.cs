using System.Diagnostics.Metrics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Benchmarks.Measuring;

/// <summary>Adds up one of the engine's own counters.</summary>
internal sealed class MeterCounter : IDisposable
{
    /// <summary>The calls that a storage service would bill.</summary>
    public const string StorageOperations = "serverless.storage.operations";

    /// <summary>The blocks of partitions.</summary>
    public const string Blocks = "serverless.log.blocks.appended";

    private readonly MeterListener _listener = new();
    private long _total;

    /// <summary>Begins to count.</summary>
    /// <param name="name">The name of a counter of whole numbers.</param>
    public MeterCounter(string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMeters.Name && instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _total, count));
        _listener.Start();
    }

    /// <summary>What was counted since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    public void Dispose() => _listener.Dispose();
}
