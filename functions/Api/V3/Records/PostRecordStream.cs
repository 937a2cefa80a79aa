using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Takes any number of records in one request, JSON objects with nothing or white space between them, and answers each
/// with a receipt, in order, while the client goes on writing.
/// </summary>
internal static class PostRecordStream
{
    /// <summary>How long a stream may last: Confluent's <c>streaming.connection.max.duration.ms</c>.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromHours(24);

    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topicName)
    {
        if (V3Body.Prepare(context.Request) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        if (await engine.FindAsync(topicName, context.RequestAborted) is not { } topic)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        if (ConfluentConditions.Read(context.Request.Headers, topic, out var conditions) is { } unmet)
        {
            return V3Answer.Error(unmet);
        }

        // A producer may be silent for as long as it likes; what it holds meanwhile is one connection.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        QuotaUse.Find(context)?.Pace();

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var body = BodyBuffer.Open(
            context.Request, engine.Settings.StreamBytesMax, windowBytesMax: engine.Settings.RequestBytesMax);
        var records = new JsonBody(body, multipleValues: true);
        var memory = new BatchMemory(engine.Memory.ShareOf(context));
        var stream = new RecordStream(
            engine, Caller.Of(context), topic, conditions, records, memory, gone.Token);
        if (!await stream.BeginAsync())
        {
            return V3Answer.Error(V3Body.Empty);
        }

        await RunAsync(context, engine, topic, stream, gone);
        return Results.Empty;
    }

    private static async Task RunAsync(
        HttpContext context, Engine engine, Topic topic, RecordStream stream, CancellationTokenSource gone)
    {
        using var deadline = new CancellationTokenSource(DurationMax, engine.Time);
        var receipts = new ReceiptStream(context.Response, V3Links.Of(context).ClusterId, topic);
        var leaving = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var reading = stream.ReadAsync(deadline.Token, leaving);
        try
        {
            await receipts.WriteAsync(stream, gone.Token);
        }
        finally
        {
            // Whatever ended the receipts, nothing of the request may outlive it.
            gone.Cancel();
            await reading;
            await stream.Appending;
        }
    }
}
