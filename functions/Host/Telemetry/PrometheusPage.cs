using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>The page <c>/metrics</c>: all metrics as they are when somebody asks. Nothing is sent anywhere.</summary>
/// <remarks>Readers at the same time get one collection; safe for several threads.</remarks>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusPage : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The page now; empty before the first metric is measured.</summary>
    public string Read()
    {
        lock (_lock)
        {
            _text.Clear();
            Collect?.Invoke(Timeout.Infinite);
            return _text.ToString();
        }
    }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText(_text);
        foreach (var metric in batch)
        {
            text.Write(metric);
        }

        return ExportResult.Success;
    }
}
