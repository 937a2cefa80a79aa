using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Metrics in the text format of Prometheus, version 0.0.4. Pure.</summary>
/// <param name="output">Where the text goes.</param>
internal sealed class PrometheusText(StringBuilder output)
{
    /// <summary>The media type of the format.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes one metric with all its points.</summary>
    /// <param name="metric">The metric, as collected.</param>
    public void Write(Metric metric)
    {
        var kind = KindOf(metric.MetricType);
        var name = PrometheusName.Of(metric.Name, metric.Unit, kind == "counter");
        if (!string.IsNullOrEmpty(metric.Description))
        {
            output.Append("# HELP ").Append(name).Append(' ');
            Escape(metric.Description, quotes: false);
            output.Append('\n');
        }

        output.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (kind == "histogram")
            {
                WriteHistogram(name, point);
            }
            else
            {
                Line(name, point.Tags, null, ValueOf(metric.MetricType, point));
            }
        }
    }

    private static string KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => double.NaN,
    };

    private void WriteHistogram(string name, in MetricPoint point)
    {
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Line(name + "_bucket", point.Tags, Text(bucket.ExplicitBound), count);
        }

        Line(name + "_sum", point.Tags, null, point.GetHistogramSum());
        Line(name + "_count", point.Tags, null, point.GetHistogramCount());
    }

    private void Line(string name, in ReadOnlyTagCollection tags, string? bound, double value)
    {
        output.Append(name);
        var opening = '{';
        foreach (var tag in tags)
        {
            Label(ref opening, PrometheusName.Label(tag.Key), Convert.ToString(tag.Value, CultureInfo.InvariantCulture));
        }

        if (bound is not null)
        {
            Label(ref opening, "le", bound);
        }

        output.Append(opening == ',' ? "} " : " ").Append(Text(value)).Append('\n');
    }

    private void Label(ref char opening, string name, string? value)
    {
        output.Append(opening).Append(name).Append("=\"");
        Escape(value ?? "", quotes: true);
        output.Append('"');
        opening = ',';
    }

    private void Escape(string text, bool quotes)
    {
        foreach (var character in text)
        {
            _ = character switch
            {
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '"' when quotes => output.Append("\\\""),
                _ => output.Append(character),
            };
        }
    }

    private static string Text(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
