using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>The event that a receiver is given for a record. Pure.</summary>
/// <remarks>
/// A record that is no event is wrapped into one, of the type <see cref="PlainRecordType"/>: a queue that passed over
/// it would have to acknowledge what nobody has seen.
/// </remarks>
internal static class RecordEvent
{
    /// <summary>The type of events that were made here of records that are none.</summary>
    public const string PlainRecordType = "serverless.record";

    private const int DepthMax = 56;

    /// <summary>The record's own event, or one that says where the record lies and holds its value.</summary>
    /// <param name="topic">The record's topic.</param>
    /// <param name="received">The record.</param>
    /// <param name="attributesMax">The most attributes of an event.</param>
    public static CloudEvent Of(TopicName topic, ReceivedRecord received, int attributesMax)
    {
        CloudEventRecord.Read(received.Record.Headers, received.Record.Value, attributesMax, out var own);
        if (own is not null)
        {
            return own;
        }

        var record = received.Record;
        var time = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(record.Timestamp, 0, MillisecondsMax));
        List<CloudEventAttribute> attributes =
        [
            new("specversion", CloudEvent.Version),
            new("id", string.Create(CultureInfo.InvariantCulture, $"{received.Partition}-{record.Offset}")),
            new("source", $"/topics/{topic}"),
            new("type", PlainRecordType),
            new("time", time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ];
        if (record.Key is { Length: <= CloudEventRules.ValueLengthMax } key && Utf8.IsValid(key.Span)
            && AttributeText.IsAllowed(Encoding.UTF8.GetString(key.Span)))
        {
            attributes.Add(new("partitionkey", Encoding.UTF8.GetString(key.Span)));
        }

        if (record.Value is { } value)
        {
            attributes.Add(new("datacontenttype", MediaTypeOf(value)));
        }

        var broken = CloudEvent.Create(attributes, record.Value, out var made);
        Invariant.Holds(broken is null);
        return made!;
    }

    private static readonly long MillisecondsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static string MediaTypeOf(ReadOnlyMemory<byte> value) =>
        !Utf8.IsValid(value.Span) ? "application/octet-stream"
        : StoredJson.IsDocument(value.Span, DepthMax) ? "application/json"
        : "text/plain";
}
