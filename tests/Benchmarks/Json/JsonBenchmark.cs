using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Json;

/// <summary>Record batches made of bodies, beside one pass of the JSON reader over them, turn by turn.</summary>
/// <param name="rounds">Rounds that count.</param>
internal sealed class JsonBenchmark(int rounds)
{
    /// <summary>How often a round reads the body.</summary>
    public const int Bodies = 2_000;

    // Nothing answers these requests, so nothing gives their memory back.
    private readonly ApiSettings _settings = new() { RequestMemoryBytesMax = long.MaxValue / 2 };
    private readonly Topic _topic = new(
        TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
        TopicId.Create(Random.Shared),
        PartitionCount: 1,
        TopicConfig.Default,
        DateTimeOffset.UnixEpoch);

    private delegate ValueTask<bool> ReadBody(BodyBuffer body, ProduceRequest request);

    /// <summary>Runs all forms.</summary>
    public async Task<IReadOnlyList<JsonResult>> RunAsync()
    {
        var envelopes = Documents.Values.Select(static value => $$"""{"value":{{value}}}""").ToArray();
        return
        [
            await RunAsync("NDJSON, a value a line", string.Join('\n', Documents.Values), ReadValuesAsync),
            await RunAsync("NDJSON, an envelope a line", string.Join('\n', envelopes), ReadEnvelopesAsync),
            await RunAsync("native JSON", $"[{string.Join(',', envelopes)}]", ReadArrayAsync),
        ];
    }

    private async Task<JsonResult> RunAsync(string form, string text, ReadBody read)
    {
        var body = Encoding.UTF8.GetBytes(text);
        using var services = new ServiceCollection()
            .AddSingleton(_settings)
            .AddSingleton<RequestMemory>()
            .AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        await PassAsync(body);
        await BatchesAsync(body, services, read);
        var results = new List<(Sample, Sample)>();
        for (var round = 0; round < rounds; round++)
        {
            results.Add((
                await Stopper.MeasureAsync(() => PassAsync(body)),
                await Stopper.MeasureAsync(() => BatchesAsync(body, services, read))));
        }

        return new JsonResult(form, body.Length, results);
    }

    private static Task PassAsync(byte[] body)
    {
        for (var number = 0; number < Bodies; number++)
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
            }
        }

        return Task.CompletedTask;
    }

    private async Task BatchesAsync(byte[] bytes, ServiceProvider services, ReadBody read)
    {
        for (var number = 0; number < Bodies; number++)
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.Request.Body = new MemoryStream(bytes);

            // Each record says its partition, so the log is never asked for one.
            var request = new ProduceRequest(
                _topic, ProduceConditions.None, log: null!, _settings, TimeProvider.System.GetUtcNow());
            using var body = BodyBuffer.Open(context.Request, _settings.RequestBytesMax, _settings.RequestBytesMax);
            if (!await read(body, request))
            {
                throw new InvalidOperationException("The body was refused.");
            }

            var records = request.Partitions.Sum(static batches => batches.Complete().Sum(static one => one.Records.RecordCount));
            if (records != Documents.PerRequest)
            {
                throw new InvalidOperationException($"{Documents.PerRequest} records became {records}.");
            }
        }
    }

    private async ValueTask<bool> ReadArrayAsync(BodyBuffer body, ProduceRequest request) =>
        await PostJsonRecords.ReadAsync(body, request, partition: 0, _settings, CancellationToken.None) is null;

    private ValueTask<bool> ReadValuesAsync(BodyBuffer body, ProduceRequest request) =>
        ReadLinesAsync(body, LineKey.None, request);

    private ValueTask<bool> ReadEnvelopesAsync(BodyBuffer body, ProduceRequest request) =>
        ReadLinesAsync(body, key: null, request);

    private async ValueTask<bool> ReadLinesAsync(BodyBuffer body, LineKey? key, ProduceRequest request)
    {
        var lines = new LineRecords(body, key, partition: 0, _settings);
        while (!lines.IsComplete)
        {
            while (lines.TryRead(out var record, out var broken))
            {
                if ((broken ?? request.Add(record)) is not null)
                {
                    return false;
                }
            }

            if (!lines.IsComplete)
            {
                await lines.FillAsync(CancellationToken.None);
            }
        }

        return true;
    }
}
