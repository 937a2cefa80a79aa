using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Confluent;

/// <summary>
/// Reads the one header by which a produce request of v2 or v3 asks for more than its records: <c>Idempotency-Key</c>.
/// </summary>
internal static class ConfluentConditions
{
    private static readonly string[] OfNative =
    [
        ProduceHeaders.ProducerId,
        ProduceHeaders.ProducerEpoch,
        ProduceHeaders.ProducerSeq,
        ProduceHeaders.FencingToken,
        ProduceHeaders.IfMatch,
    ];

    /// <summary>Reads the headers of a request.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="topic">The topic of the path.</param>
    /// <param name="conditions">What they ask for, when the result is null.</param>
    /// <returns>Why the request is refused, or null.</returns>
    /// <remarks>
    /// A condition that would be passed over in silence is refused: whoever states it relies on it.
    /// </remarks>
    public static ConfluentError? Read(IHeaderDictionary headers, Topic topic, out ProduceConditions conditions)
    {
        conditions = ProduceConditions.None;
        if (Array.Find(OfNative, headers.ContainsKey) is { } misplaced)
        {
            return ConfluentError.BadRequest(
                $"{misplaced} is known only to /api/v1/topics/{topic.Name}/partitions/{{partition}}/records; here "
                + $"{IdempotencyKey.HeaderName} keeps a repetition from being stored again.");
        }

        var broken = IdempotencyKey.Read(headers, out var key);
        conditions = key is null ? conditions : new(Request: RequestKey.Of(topic.Id, key, 0), Key: key);
        conditions = RecordTrace.Read(headers) is { } trace ? conditions with { Trace = trace } : conditions;
        return broken is null ? null : ConfluentError.BadRequest(broken);
    }
}
