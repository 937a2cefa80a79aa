using System.Globalization;
using System.Text.Json;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>Writes the members of receipts.</summary>
internal static class ReceiptWriter
{
    /// <summary>Writes what a client gets for a durable record, but for the code or id in front.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="topicName">The topic's name.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The record's offset.</param>
    /// <param name="timestamp">
    /// The record's timestamp, in milliseconds since 1970; null when only the log knows it.
    /// </param>
    /// <param name="key">What is said about the key.</param>
    /// <param name="value">What is said about the value.</param>
    public static void WriteMembers(
        Utf8JsonWriter json,
        string clusterId,
        string topicName,
        int partition,
        long offset,
        long? timestamp,
        in ReceiptData? key,
        in ReceiptData? value)
    {
        json.WriteString("cluster_id", clusterId);
        json.WriteString("topic_name", topicName);
        json.WriteNumber("partition_id", partition);
        json.WriteNumber("offset", offset);
        if (timestamp is { } milliseconds)
        {
            json.WriteString("timestamp", Timestamp(milliseconds));
        }

        WriteData(json, "key", key);
        WriteData(json, "value", value);
    }

    /// <summary>
    /// What a receipt says about a record that was refused: its topic exists, so it is the partition that does not.
    /// </summary>
    /// <param name="problem">Why it was refused.</param>
    public static ConfluentError RefusalOf(Problem problem) =>
        problem.Code == ProblemCode.UnknownTopicOrPartition
            ? ConfluentError.PartitionNotFound
            : ConfluentError.Of(problem);

    /// <summary>What a streamed receipt says about an error: refinements of 422 stand in its message.</summary>
    /// <param name="error">The error.</param>
    public static ConfluentError Streamed(ConfluentError error) =>
        error.Status == 422 && error.Code != ConfluentErrorCode.Unprocessable
            ? new(ConfluentErrorCode.Unprocessable, $"Error: {(int)error.Code} : {error.Message}")
            : error;

    private static void WriteData(Utf8JsonWriter json, string member, in ReceiptData? data)
    {
        if (data is { } some)
        {
            json.WriteStartObject(member);
            json.WriteString("type", some.Type);
            json.WriteNumber("size", some.Size);
            json.WriteEndObject();
        }
    }

    // Both sources of a timestamp end with the year 9999. A fraction is written only where there is one, as Java's
    // Instant does.
    private static string Timestamp(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString(
            milliseconds % 1000 == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ",
            CultureInfo.InvariantCulture);
}
