using System.Diagnostics.Metrics;
using Prometheus;
using Serverless.Functions.Api.OpenApi;

namespace Serverless.Functions.Host.Hosting;

/// <summary><c>/metrics</c>: the meters of engine, HTTP server and runtime as Prometheus text.</summary>
internal static class MetricsEndpoint
{
    // The media type of the Prometheus text exposition format.
    private const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    // Their tags are bounded: route templates, status codes, known methods, names of operations. Everything else that
    // some library may measure stays out, because nobody has checked what it tags.
    private static readonly string[] Meters =
    [
        "Serverless.StorageEngine",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    private static readonly double[] DefaultBuckets =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    /// <summary>How the OpenAPI document describes the page.</summary>
    public static OpenApiSource Description { get; } = new(typeof(MetricsEndpoint).Assembly, "OpenApi/metrics");

    /// <summary>Begins to listen to the meters.</summary>
    /// <param name="registry">Where the numbers are kept.</param>
    /// <returns>Stops listening when it is disposed.</returns>
    public static IDisposable Listen(CollectorRegistry registry) => MeterAdapter.StartListening(new MeterAdapterOptions
    {
        InstrumentFilterPredicate = static instrument =>
            Meters.Any(meter => instrument.Meter.Name.StartsWith(meter, StringComparison.Ordinal)),
        Registry = registry,
        MetricFactory = Metrics.WithCustomRegistry(registry),
        ResolveHistogramBuckets = static instrument => instrument switch
        {
            Instrument<double> { Advice.HistogramBucketBoundaries: { } buckets } => [.. buckets],
            Instrument<long> { Advice.HistogramBucketBoundaries: { } buckets } => [.. buckets.Select(Convert.ToDouble)],
            Instrument<int> { Advice.HistogramBucketBoundaries: { } buckets } => [.. buckets.Select(Convert.ToDouble)],
            _ => DefaultBuckets,
        },
    });

    /// <summary>Maps the page.</summary>
    /// <param name="routes">The host's routes.</param>
    /// <param name="registry">Where the numbers are kept.</param>
    public static void MapMetricsPage(this IEndpointRouteBuilder routes, CollectorRegistry registry) =>
        routes.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], async context =>
        {
            context.Response.ContentType = TextFormat;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
            }
        });
}
