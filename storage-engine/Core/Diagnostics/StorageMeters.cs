using System.Diagnostics.Metrics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>What a node asks of the storage service, by kind and outcome.</summary>
public sealed class StorageMeters
{
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meter">Their meter.</param>
    internal StorageMeters(Meter meter)
    {
        _operations = meter.CreateCounter<long>(
            "serverless.storage.operations",
            "{operation}",
            "Paid calls of the storage service, by kind and by how they ended.");
        _duration = meter.CreateHistogram(
            "serverless.storage.operation.duration",
            "s",
            "How long calls of the storage service took, by kind.",
            advice: EngineMeters.Latency);
    }

    /// <summary>Whether anybody counts.</summary>
    internal bool IsListenedTo => _operations.Enabled || _duration.Enabled;

    /// <summary>Counts one call.</summary>
    internal void Count(string operation, string outcome, TimeSpan? took = null)
    {
        var kind = new KeyValuePair<string, object?>("operation", operation);
        _operations.Add(1, kind, new KeyValuePair<string, object?>("outcome", outcome));
        if (took is { } duration)
        {
            _duration.Record(duration.TotalSeconds, kind);
        }
    }
}
