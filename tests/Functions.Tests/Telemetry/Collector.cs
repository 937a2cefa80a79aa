using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>A collector that speaks OpenTelemetry's protocol over HTTP, and keeps what it hears.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _heard = [];

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (HttpContext context, string signal) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _heard.Enqueue((signal, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Address => _app.Urls.Single();

    /// <summary>All spans that arrived, with the name of their source and that of the service.</summary>
    public IReadOnlyList<CollectedSpan> Spans =>
    [
        .. from message in Messages("traces")
           from resource in message.All(1)
           from scope in resource.All(2)
           from span in scope.All(2)
           select new CollectedSpan(
               Attribute(resource.All(1).Single(), "service.name"),
               scope.All(1).Single().Text(1),
               span.Text(5),
               span.Hex(1),
               span.Hex(2),
               span.Hex(4),
               [.. span.All(13).Select(static link => (link.Hex(1), link.Hex(2)))],
               span.All(9).ToDictionary(
                   static attribute => attribute.Text(1), static attribute => attribute.All(2).Single().Text(1))),
    ];

    /// <summary>The names of all metrics that arrived.</summary>
    public IReadOnlySet<string> Metrics => Messages("metrics")
        .SelectMany(static message => message.All(1, 2, 2))
        .Select(static metric => metric.Text(1))
        .ToHashSet();

    /// <summary>All messages of logs that arrived, with the id of their trace.</summary>
    public IReadOnlyList<(string Message, string Trace)> Logs =>
        [.. Messages("logs").SelectMany(static message => message.All(1, 2, 2))
            .Select(static log => (log.All(5).Single().Text(1), log.Hex(9)))];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Attribute(ProtoMessage resource, string name) => resource.All(1)
        .Single(attribute => attribute.Text(1) == name).All(2).Single().Text(1);

    private IEnumerable<ProtoMessage> Messages(string signal) =>
        _heard.Where(heard => heard.Signal == signal).Select(static heard => new ProtoMessage(heard.Body));
}
