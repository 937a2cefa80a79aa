using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.V2.Metadata;

namespace Serverless.Functions.Api.V2.Produce;

/// <summary><c>POST /topics/{topic}</c> and <c>/topics/{topic}/partitions/{partition}</c>: appends records.</summary>
/// <remarks>
/// Nothing is appended unless every record is acceptable; only one without a key for a compacted topic fails for itself.
/// What fails after that fails by partition: the status is then 200, as in Confluent's API, each record says what became
/// of it, and <c>Produce-Failures</c> counts those that failed. A request that repeats an <c>Idempotency-Key</c> is answered as the first time. With <c>?ext=1</c>, or the
/// parameter <c>ext=1</c> of the media type, records may have headers and timestamps, which Confluent's API has not.
/// </remarks>
internal static class PostRecords
{
    private const string ProduceFailures = "Produce-Failures";

    private static readonly ConfluentError NoRegistry = ConfluentError.InvalidPayload(
        "Schema Registry must be configured when using schemas. This server has none; the formats binary and json need "
        + "none.");

    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        if (FormatOf(context.Request) is not { } format || ContentEncodings.Decode(context.Request) is not null)
        {
            return V2Answer.Error(V2Answer.UnsupportedMediaType(context.Request, V2Formats.OfProduce));
        }

        if (await engine.FindAsync(topic, context.RequestAborted) is not { } found)
        {
            return V2Answer.Error(ConfluentError.TopicNotFound);
        }

        int? index = null;
        if (partition is not null && (index = GetMetadata.PartitionOf(found, partition)) is null)
        {
            return V2Answer.Error(ConfluentError.PartitionNotFound);
        }

        return ConfluentConditions.Read(context.Request.Headers, found, out var conditions) is { } refused
            ? V2Answer.Error(refused)
            : await AppendAsync(context, engine, engine.Producer.Begin(found, conditions), format, index);
    }

    private static async Task<IResult> AppendAsync(
        HttpContext context, Engine engine, ProduceRequest request, EmbeddedFormat format, int? partition)
    {
        var keyless = new List<Problem?>();
        using (var buffer = BodyBuffer.Open(
            context.Request, engine.Settings.RequestBytesMax, engine.Settings.RequestBytesMax))
        {
            int? headersMax = IsExtended(context.Request) ? engine.Settings.RecordHeadersMax : null;
            var body = new ProduceBody(new JsonBody(buffer), format, partition, headersMax);
            if (!await V2Body.IsEmptyAsync(buffer, context.RequestAborted)
                && await ReadAsync(body, format, request, keyless, context.RequestAborted) is { } error)
            {
                return V2Answer.Error(error);
            }
        }

        if (keyless.Count == 0)
        {
            return V2Answer.Unprocessable("records must not be empty");
        }

        var produced = await ProduceAsync(engine, request, keyless, context.RequestAborted);
        var failures = produced.Select(static one => one.Problem).OfType<Problem>().ToList();
        if (failures.Count > 0)
        {
            context.Response.Headers[ProduceFailures] = failures.Count.ToString(CultureInfo.InvariantCulture);
            failures.ForEach(failure => ProblemFormat.WriteRetryAfter(context.Response, failure, engine.Settings));
        }

        return V2Answer.Json(context, new([.. produced.Select(Answer)]), V2Json.Default.ProduceAnswer);
    }

    // What became of each record of the body, those that were not to be appended included.
    private static async ValueTask<List<ProducedRecord>> ProduceAsync(
        Engine engine, ProduceRequest request, List<Problem?> keyless, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProducedRecord> appended =
            request.Count == 0 ? [] : await engine.Producer.AppendAsync(request, cancellationToken);
        var next = 0;
        return keyless.ConvertAll(problem =>
            problem is null ? appended[next++] : new ProducedRecord(-1, -1, null, false, problem));
    }

    // Notes of each record why it is not to be appended for want of a key, or null.
    private static async ValueTask<ConfluentError?> ReadAsync(
        ProduceBody body,
        EmbeddedFormat format,
        ProduceRequest request,
        List<Problem?> keyless,
        CancellationToken cancellationToken)
    {
        // A schema may stand behind the records; which one is missing is said only when none does.
        ConfluentError? missing = null;
        var problem = await body.ReadAsync(
            record =>
            {
                missing ??= format == EmbeddedFormat.Schema ? MissingSchema(record) : null;
                var refused = missing is null ? request.Add(record) : null;
                var lacksKey = refused?.Code == ProblemCode.InvalidRecord && RecordRules.LacksKey(request.Topic, record);
                keyless.Add(lacksKey ? refused : null);
                return lacksKey ? null : refused;
            },
            cancellationToken);
        return problem switch
        {
            { Code: ProblemCode.UnknownTopicOrPartition } => ConfluentError.PartitionNotFound,
            { } other => ConfluentError.Of(other),
            null => format == EmbeddedFormat.Schema && body.NamesSchema ? NoRegistry : missing,
        };
    }

    private static ConfluentError? MissingSchema(in ProduceRecord record) =>
        record.Key is not null ? ConfluentError.KeySchemaMissing
        : record.Value is not null ? ConfluentError.ValueSchemaMissing
        : null;

    private static RecordAnswer Answer(ProducedRecord record) => record.Problem is { } problem
        ? new(
            null,
            null,
            (int)(IsRetriable(problem) ? ConfluentErrorCode.RetriableKafkaError : ConfluentErrorCode.KafkaError),
            problem.Detail)
        : new(record.Partition, record.Offset, null, null);

    // Kafka counts an unknown partition as retriable: a producer with old metadata asks again.
    private static bool IsRetriable(Problem problem) =>
        problem.Rule.Retryable || problem.Code is ProblemCode.UnknownTopicOrPartition;

    private static EmbeddedFormat? FormatOf(HttpRequest request) => MediaTypes.Of(request) switch
    {
        V2Formats.BinaryType => EmbeddedFormat.Binary,
        V2Formats.JsonType or MediaTypes.Json => EmbeddedFormat.Json,
        V2Formats.AvroType or V2Formats.JsonSchemaType or V2Formats.ProtobufType => EmbeddedFormat.Schema,
        _ => null,
    };

    private static bool IsExtended(HttpRequest request) =>
        request.Query["ext"] == "1"
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.Parameters.Any(static one =>
                one.Name.Equals("ext", StringComparison.OrdinalIgnoreCase) && one.Value == "1"));
}
