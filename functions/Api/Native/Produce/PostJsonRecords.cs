using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>A JSON array of records, or a single one; every record is checked before any is appended.</summary>
/// <remarks>
/// One request is one ordered append per partition. Should the storage fail in between, the answer is a problem that
/// tells for each record what became of it.
/// </remarks>
internal static class PostJsonRecords
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, TopicSearch.Found found, ProduceConditions conditions)
    {
        var settings = engine.Settings;
        using var body = BodyBuffer.Open(context.Request, settings.RequestBytesMax, settings.RequestBytesMax);
        var request = engine.Producer.Begin(found.Topic, conditions);
        if (await ReadAsync(body, request, found.Partition, settings, context.RequestAborted) is { } problem)
        {
            return new ProblemResult(problem);
        }

        if (request.Count == 0)
        {
            return ProduceAnswers.Of(context.Response, found, []);
        }

        var records = await engine.Producer.AppendAsync(request, context.RequestAborted);
        return ProduceAnswers.Of(context.Response, found, records);
    }

    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">The body.</param>
    /// <param name="request">Takes the records.</param>
    /// <param name="partition">Where all of them go; null for where each says.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when all of them were added.</returns>
    internal static async ValueTask<Problem?> ReadAsync(
        BodyBuffer body,
        ProduceRequest request,
        int? partition,
        ApiSettings settings,
        CancellationToken cancellationToken)
    {
        var json = new JsonBody(body)
        {
            Expected = "a record like {\"key\":…,\"value\":…}, or an array of records",
        };
        // A single record is the whole body; in an array the values are pulled one by one.
        if (await body.FirstAsync(cancellationToken) == '[')
        {
            await json.ReadTokenAsync(cancellationToken);
        }

        while (await json.ReadValueAsync(cancellationToken) is { } value)
        {
            if (Add(value, request, partition, settings) is { } problem)
            {
                var place = $"Record {request.Count}, at byte {json.ItemPosition}";
                return problem with { Detail = $"{place}: {problem.Detail}" };
            }
        }

        // Whatever follows the array or the record is noticed by reading to the end of the body.
        return await json.ReadTokenAsync(cancellationToken) is null
            ? null
            : Problem.InvalidRequest("The body goes on behind its JSON value.");
    }

    private static Problem? Add(
        ReadOnlyMemory<byte> value, ProduceRequest request, int? partition, ApiSettings settings)
    {
        var broken = RecordJson.Read(value, settings.RecordHeadersMax, out var record)
            ?? (partition is { } index ? PathPartition.Check(record, index) : null);
        return broken is null
            ? request.Add(record with { Partition = partition ?? record.Partition })
            : Problem.InvalidRequest(broken);
    }
}
