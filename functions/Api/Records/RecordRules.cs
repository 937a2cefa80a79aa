using System.Text;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>What every record must keep to, whichever API it comes from. Pure.</summary>
internal static class RecordRules
{
    private const string KeyRemedy = "Give it one, or set cleanup.policy of the topic to delete.";

    // Only asked for lengths, so its state never changes and any thread may ask.
    private static readonly RecordBatchBuilder Empty = new(capacity: 0);

    /// <summary>Why <paramref name="record"/> cannot be appended to <paramref name="topic"/>, or null.</summary>
    /// <param name="topic">The topic with its settings.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="record">The record.</param>
    public static Problem? Check(Topic topic, ApiSettings settings, in ProduceRecord record)
    {
        if (record.Partition is { } partition && (partition < 0 || partition >= topic.PartitionCount))
        {
            return Problem.UnknownTopicOrPartition(topic.Name.Value, partition);
        }

        if (CheckKey(topic, record, KeyRemedy) is { } keyless)
        {
            return keyless;
        }

        if (record.Timestamp is < 0)
        {
            return new(ProblemCode.InvalidTimestamp, $"The timestamp {record.Timestamp} lies before 1970.");
        }

        if (record.Headers.Count > settings.RecordHeadersMax)
        {
            return new(
                ProblemCode.InvalidRecord,
                $"The record has {record.Headers.Count} headers; at most {settings.RecordHeadersMax} are allowed.");
        }

        foreach (var header in record.Headers)
        {
            if (Encoding.UTF8.GetByteCount(header.Name) is > RecordHeaderRules.NameBytesMax and var length)
            {
                return new(
                    ProblemCode.InvalidRecord,
                    $"The name of a header has {length} bytes; at most {RecordHeaderRules.NameBytesMax} are allowed.");
            }
        }

        var most = topic.Config.MaxMessageBytes;
        return record.Exceeds(Empty, most)
            ? new(
                ProblemCode.MessageTooLarge,
                $"The record takes {record.LengthIn(Empty)} bytes as a batch of its own; the topic's max.message.bytes "
                + $"is {most}.")
            : null;
    }
    /// <summary>Whether a record lacks the key that its topic, which is compacted, asks for.</summary>
    public static bool LacksKey(Topic topic, in ProduceRecord record) => topic.Config.Compacts && record.Key is null;

    /// <summary>Why a record cannot be appended for want of a key, or null.</summary>
    /// <param name="topic">The topic with its settings.</param>
    /// <param name="record">The record.</param>
    /// <param name="remedy">What would be right, as a sentence.</param>
    public static Problem? CheckKey(Topic topic, in ProduceRecord record, string remedy)
    {
        if (!LacksKey(topic, record))
        {
            return null;
        }

        var place = record.Partition is { } partition ? $"topic partition {topic.Name}-{partition}" : $"topic {topic.Name}";
        return new(
            ProblemCode.InvalidRecord, $"Compacted topic cannot accept message without key in {place}. {remedy}");
    }
}
