using System.Collections.Immutable;
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

    /// <summary>REST Proxy v2, where only success is certain: errors do not tell whether anything was stored.</summary>
    public static Answer OfV2(Reply reply)
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
