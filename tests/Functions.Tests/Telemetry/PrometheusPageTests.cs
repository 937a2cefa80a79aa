using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Tests.Telemetry;

public sealed class PrometheusPageTests : IDisposable
{
    private readonly Meter _meter = new("PrometheusPageTests." + Guid.NewGuid());
    private readonly PrometheusPage _page = new();
    private readonly MeterProvider _provider;

    public PrometheusPageTests() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name)
        .AddReader(new BaseExportingMetricReader(_page))
        .Build();

    [Fact]
    public void A_counter_is_told_with_its_meaning_its_kind_and_its_labels()
    {
        _meter.CreateCounter<long>("orders.done", "{order}", "Orders \\ done.\nAll.")
            .Add(3, new KeyValuePair<string, object?>("the.city", "a\"b\\c\nd"));

        Assert.Equal(
            """
            # HELP orders_done_total Orders \\ done.\nAll.
            # TYPE orders_done_total counter
            orders_done_total{the_city="a\"b\\c\nd"} 3

            """.ReplaceLineEndings("\n"),
            _page.Read());
    }

    [Fact]
    public void A_histogram_counts_upwards_to_infinity()
    {
        var histogram = _meter.CreateHistogram(
            "wait", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        histogram.Record(0.25);
        histogram.Record(0.75);
        histogram.Record(7);

        Assert.Equal(
            """
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 1
            wait_seconds_bucket{le="1"} 2
            wait_seconds_bucket{le="+Inf"} 3
            wait_seconds_sum 8
            wait_seconds_count 3

            """.ReplaceLineEndings("\n"),
            _page.Read());
    }

    [Fact]
    public void Numbers_go_on_from_page_to_page_and_gauges_are_read_anew()
    {
        var (level, counter) = (1, _meter.CreateCounter<double>("seconds.spent"));
        _meter.CreateObservableGauge("level", () => level);
        counter.Add(0.5);
        var first = _page.Read();

        level = 2;
        counter.Add(0.5);
        var second = _page.Read();

        Assert.Contains("seconds_spent_total 0.5\n", first, StringComparison.Ordinal);
        Assert.Contains("\nlevel 1\n", first, StringComparison.Ordinal);
        Assert.Contains("seconds_spent_total 1\n", second, StringComparison.Ordinal);
        Assert.Contains("\nlevel 2\n", second, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }
}
