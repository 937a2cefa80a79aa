using System.Text.Json;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>How a queue is written.</summary>
internal static class QueueAnswer
{
    /// <summary>The word for where a queue begins.</summary>
    public static string NameOf(AutoOffsetReset reset) => reset == AutoOffsetReset.Earliest ? "earliest" : "latest";

    /// <summary>Writes the members of a queue: its names and its settings.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="queue">The queue.</param>
    public static void Write(Utf8JsonWriter json, ShareGroup queue)
    {
        var settings = queue.Settings;
        json.WriteString("topic", queue.Id.Topic.Value);
        json.WriteString("group", queue.Id.Group.Value);
        json.WriteString("auto_offset_reset", NameOf(settings.AutoOffsetReset));
        json.WriteNumber("lock_duration_ms", (long)settings.LockDuration.TotalMilliseconds);
        json.WriteNumber("delivery_limit", settings.DeliveryLimit);
        json.WriteNumber("in_flight_max", settings.InFlightMax);
        json.WriteString("dead_letter_topic", settings.DeadLetterTopic?.Value);
    }

    /// <summary>Writes the members of a queue, and how far it has got.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="described">The queue.</param>
    public static void Write(Utf8JsonWriter json, QueueDescription described)
    {
        Write(json, described.Queue);
        json.WriteNumber("backlog", described.Partitions.Sum(static partition => partition.Backlog));
        json.WriteStartArray("partitions");
        foreach (var partition in described.Partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Partition);
            json.WriteNumber("start_offset", partition.StartOffset);
            json.WriteNumber("end_offset", partition.EndOffset);
            json.WriteNumber("high_watermark", partition.HighWatermark);
            json.WriteNumber("backlog", partition.Backlog);
            json.WriteNumber("acquired", partition.Acquired);
            json.WriteNumber("archiving", partition.Archiving);
            json.WriteStartObject("receivers");
            foreach (var (receiver, records) in partition.Receivers)
            {
                json.WriteNumber(receiver, records);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
