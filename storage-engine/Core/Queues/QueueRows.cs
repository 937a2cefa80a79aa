using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>Turns queues into rows and back.</summary>
internal static class QueueRows
{
    private const int Form = 1;

    /// <summary>The content of a queue's row.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="isDeleted">Whether the row is to say that it is gone.</param>
    public static byte[] Encode(ShareGroup queue, bool isDeleted = false) => JsonSerializer.SerializeToUtf8Bytes(
        new QueueRow(
            Form,
            queue.Id.Group.Value,
            Life(queue.Life),
            isDeleted ? true : null,
            queue.Settings.AutoOffsetReset == AutoOffsetReset.Earliest ? "earliest" : "latest",
            (long)queue.Settings.LockDuration.TotalMilliseconds,
            queue.Settings.DeliveryLimit,
            queue.Settings.InFlightMax,
            queue.Settings.DeadLetterTopic?.Value,
            queue.Topic.ToString(),
            queue.StartOffsets.IsEmpty ? null : queue.StartOffsets),
        QueueJson.Default.QueueRow);

    /// <summary>The queue that a row stands for.</summary>
    /// <param name="topic">The topic that the row was found under.</param>
    /// <param name="row">The row.</param>
    /// <returns>The queue, and whether it is gone.</returns>
    /// <exception cref="CorruptDataException">
    /// The row is not what was written, or was written by a later version.
    /// </exception>
    public static (ShareGroup Queue, bool IsDeleted) Decode(TopicName topic, TableRow row)
    {
        var stored = RowJson.Read(row, QueueJson.Default.QueueRow, static one => one.V);
        if (!GroupId.TryParse(stored.Group, out var group, out var problem))
        {
            throw new CorruptDataException($"Row '{row.Key}' names no group: {problem}.");
        }

        var settings = new QueueSettings
        {
            AutoOffsetReset = stored.Reset == "earliest" ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest,
            LockDuration = TimeSpan.FromMilliseconds(stored.LockMs),
            DeliveryLimit = stored.Deliveries,
            InFlightMax = stored.InFlight,
            DeadLetterTopic = stored.DeadLetters is { } name ? Name(row, name) : null,
        };
        return settings.Check(topic) is { } broken
            ? throw new CorruptDataException($"Row '{row.Key}' holds settings that cannot be: {broken}")
            : (new ShareGroup(
                new QueueId(group, topic),
                Life(row, stored.Life),
                settings,
                TopicId.Parse(stored.Topic),
                [.. stored.Starts ?? []]),
                stored.Deleted is true);
    }

    /// <summary>A queue's life as rows name it.</summary>
    public static string Life(ulong life) => life.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads 16 hexadecimal digits.</summary>
    /// <exception cref="CorruptDataException">The row holds something else.</exception>
    public static ulong Life(TableRow row, string text) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var life)
            ? life
            : throw new CorruptDataException(
                $"Row '{row.Key}' holds '{text}' where 16 hexadecimal digits were written.");

    private static TopicName Name(TableRow row, string text) =>
        TopicName.TryParse(text, out var name, out var problem)
            ? name
            : throw new CorruptDataException($"Row '{row.Key}' names a topic that cannot be: {problem}.");
}
