using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>What a reply to a produce request says about the records. Pure.</summary>
internal static class SendAnswers
{
    /// <summary>The native API, for records of one partition that are one batch.</summary>
    public static Answer OfNative(Reply reply) => reply switch
    {
        Reply.Received { IsSuccess: true } success => new Answer.Sent(
            [.. success.Json.GetProperty("offsets").EnumerateArray().Select(OffsetOf)],
            success.Json.TryGetProperty("duplicate", out var duplicate) && duplicate.GetBoolean()),
        Reply.Received { HadNoEffect: true } refused => RefusalOf(refused),
        _ => OfUnsuccessful(reply),
    };

    /// <summary>One of the APIs.</summary>
    /// <param name="api">Which.</param>
    /// <param name="reply">What came.</param>
    /// <param name="count">How many records the request had.</param>
    public static Answer Of(ProduceApi api, Reply reply, int count) => api switch
    {
        ProduceApi.Native => OfNative(reply),
        ProduceApi.V2 => OfV2(reply),
        ProduceApi.V3 => OfV3(reply, count),
        _ => throw new UnreachableException($"No answer is defined for {api}."),
    };

    // A receipt comes for each record, and an error may end them early.
    private static Answer OfV3(Reply reply, int count)
    {
        if (reply is not Reply.Received { IsSuccess: true } received)
        {
            return OfUnsuccessful(reply);
        }

        ImmutableArray<JsonElement> receipts =
        [
            .. received.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static line => JsonElement.Parse(line)),
        ];
        return receipts.Length == count && receipts.All(static receipt => receipt.TryGetProperty("offset", out _))
            ? new Answer.Sent([.. receipts.Select(OffsetOf)], Duplicate: false)
            : new Answer.Unknown(received.Body);
    }

    // Only success is certain: errors do not tell whether anything was stored.
    private static Answer OfV2(Reply reply)
    {
        if (reply is not Reply.Received { IsSuccess: true } success)
        {
            return OfUnsuccessful(reply);
        }

        ImmutableArray<JsonElement> records = [.. success.Json.GetProperty("offsets").EnumerateArray()];
        return records.All(static record => record.GetProperty("offset").ValueKind == JsonValueKind.Number)
            ? new Answer.Sent([.. records.Select(OffsetOf)], Duplicate: false)
            : new Answer.Unknown(success.Body);
    }

    /// <summary>Whatever is no success and does not say more.</summary>
    public static Answer OfUnsuccessful(Reply reply) => reply is Reply.NotSent notSent
        ? new Answer.Failed(Refusal.Unavailable, -1, notSent.Detail)
        : new Answer.Unknown(reply.ToString());

    private static Answer.Failed RefusalOf(Reply.Received refused)
    {
        var problem = refused.Json;
        var (reason, stated) = problem.GetProperty("code").GetString() switch
        {
            "STORAGE_UNAVAILABLE" => (Refusal.Unavailable, ""),
            "THROTTLED" => (Refusal.Throttled, ""),
            "OUT_OF_ORDER_SEQUENCE_NUMBER" => (Refusal.OutOfOrderSequence, "expected"),
            "INVALID_PRODUCER_EPOCH" => (Refusal.InvalidProducerEpoch, "current_epoch"),
            "NEXT_OFFSET_MISMATCH" => (Refusal.NextOffsetMismatch, "next_offset"),
            _ => (Refusal.Other, ""),
        };
        var actual = problem.TryGetProperty(stated, out var member) ? member.GetInt64() : -1;
        return new Answer.Failed(reason, actual, refused.Body);
    }

    private static long OffsetOf(JsonElement record) => record.GetProperty("offset").GetInt64();
}
