using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>GET …/records</c>: the next records, as soon as there are enough (<c>fetch.min.bytes</c>), or when the time is
/// over. <c>?include=headers,timestamp</c> shows those as well.
/// </summary>
internal static class GetRecords
{
    public static async Task<IResult> HandleAsync(ConsumerCall call)
    {
        var query = call.Context.Request.Query;
        if (NumberOf(query["timeout"]) is not { } timeout || NumberOf(query["max_bytes"]) is not { } bytes)
        {
            return V2Answer.Error(ConfluentError.BadRequest("'timeout' and 'max_bytes' must be whole numbers."));
        }

        if (RecordExtras.Read(query["include"], out var extras) is { } unknown)
        {
            return V2Answer.Error(ConfluentError.BadRequest(unknown));
        }

        var memory = call.Engine.Engine.Memory.ShareOf(call.Context);
        var accepted = V2AnswerType.Of(call.Context);
        var format = V2Formats.FormatOf(accepted);
        var (caller, quotas) = (call.Caller, ConsumedTopics.Of(call.Context));
        Problem? refusal = null;
        var outcome = await call.Engine.Reader.ReadAsync(
            call.Group,
            call.Instance,
            reader => (refusal = RefusalOf(caller, quotas, reader)) is null && reader.Settings.Format == format
                ? Request(call.Engine.Engine.Settings, reader.Settings, timeout, bytes) with
                {
                    Memory = memory.Bytes,
                    MayRead = topic => caller.May(Right.ReadTopic, topic) && quotas.May(topic),
                }
                : null,
            call.Aborted);
        quotas.Charge(outcome);
        memory.TakeShown((outcome as ReadOutcome.Records)?.Consumed.Select(static one => one.Record) ?? []);
        return outcome switch
        {
            ReadOutcome.Records records => new RecordsResult(records.Consumed, format, accepted, extras),
            ReadOutcome.Declined when refusal is not null => V2Answer.Error(refusal),
            ReadOutcome.Declined declined => V2Answer.Error(new ConfluentError(
                ConfluentErrorCode.ConsumerFormatMismatch,
                "The requested embedded data format does not match the deserializer for this consumer instance: the "
                + $"answer would be {accepted}, and the instance's format is {declined.Settings.Format}. Accept "
                + $"{V2Formats.TypeOf(declined.Settings.Format)}.")),
            ReadOutcome.Refused refused => V2Answer.Error(refused.Error, refused.Detail),
            ReadOutcome.Unreadable unreadable => V2Answer.Error(new ConfluentError(
                ConfluentErrorCode.KafkaSerialization,
                $"Error deserializing key/value for partition {unreadable.Partition} at offset {unreadable.Offset}: "
                + $"{unreadable.Detail} If needed, please seek past the record to continue consumption.")),
            ReadOutcome.NoRoom noRoom => V2Answer.Error(new ConfluentError(
                ConfluentErrorCode.QuotaExceeded,
                "All requests together hold as much memory as this node has for them; "
                + $"{noRoom.Partition} could not be decompressed.")),
            _ => throw new InvariantViolatedException($"No answer is defined for {outcome}."),
        };
    }

    // What a pattern stands for beyond what the caller may know of is as if it were not there.
    private static Problem? RefusalOf(Caller caller, ConsumedTopics quotas, ConsumerInstance reader)
    {
        var topics = reader.Assignment.Keys.Select(static one => one.Topic).Distinct();
        topics = reader.Subscription is Subscription.Matching
            ? topics.Where(topic => caller.May(Right.DescribeTopic, topic))
            : topics;
        return caller.RefusalOf(Right.ReadTopic, topics) ?? quotas.RefusalOf(topics);
    }

    private static ReadRequest Request(ApiSettings limits, InstanceSettings settings, long timeout, long bytes)
    {
        // The instance's own time-out is the upper bound; so is what the platform lets a request take.
        var most = settings.RequestTimeout < limits.WaitMax ? settings.RequestTimeout : limits.WaitMax;
        var wait = timeout > 0 && timeout < most.TotalMilliseconds ? TimeSpan.FromMilliseconds(timeout) : most;
        var asked = bytes > 0 ? bytes : Math.Max(limits.PageBytesDefault, settings.FetchMinBytes);
        var bytesMax = (int)Math.Min(asked, limits.PageBytesMax);
        return new ReadRequest(wait, bytesMax, settings.Format == V2Formats.Json ? ProblemOf : static _ => null)
        {
            BytesMin = settings.FetchMinBytes,
        };
    }

    // 0 when it is not given: like every number that is not positive, it means the default.
    private static long? NumberOf(string? text) =>
        string.IsNullOrEmpty(text) || (text[0] == '-' && QueryText.TryNumber(text.AsSpan(1), out _))
            ? 0
            : QueryText.TryNumber(text, out var number) ? number : null;

    private static string? ProblemOf(Record record) =>
        EmbeddedJson.ProblemOf(record.Key) ?? EmbeddedJson.ProblemOf(record.Value);
}
