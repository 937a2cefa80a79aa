using System.Diagnostics.Metrics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Tests.Diagnostics;

/// <summary>What one node measured, by instrument and tags.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<double>> _values = [];

    public Measured(EngineMeters meters)
    {
        // Other tests of this process have meters of the same name.
        var meter = meters.BlocksAppended.Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All measurements of an instrument, such as <c>serverless.log.appends{outcome=ok}</c>.</summary>
    public IReadOnlyList<double> this[string name]
    {
        get
        {
            lock (_lock)
            {
                return _values.TryGetValue(name, out var values) ? [.. values] : [];
            }
        }
    }

    public double Sum(string name) => this[name].Sum();

    /// <summary>Looks at what is only looked up when somebody asks; what was looked up before is forgotten.</summary>
    public void Look()
    {
        lock (_lock)
        {
            _values.Clear();
        }

        _listener.RecordObservableInstruments();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        if (tags.Length > 0)
        {
            name += "{" + string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")) + "}";
        }

        lock (_lock)
        {
            if (!_values.TryGetValue(name, out var values))
            {
                _values.Add(name, values = []);
            }

            values.Add(value);
        }
    }
}
