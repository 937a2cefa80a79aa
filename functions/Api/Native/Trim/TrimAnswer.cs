using System.Diagnostics;
using System.Text.Json;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Trim;

/// <summary>What a trim of one partition is told. Pure.</summary>
internal static class TrimAnswer
{
    /// <summary>Writes the members of a partition that was trimmed, or begins behind the offset already.</summary>
    public static void Write(Utf8JsonWriter json, int partition, DeleteRecordsOutcome.Deleted deleted)
    {
        json.WriteNumber("partition", partition);
        json.WriteNumber("log_start_offset", deleted.LogStartOffset);
        json.WriteNumber("high_watermark", deleted.HighWatermark);
    }

    /// <summary>Why a partition was not trimmed; null when it was.</summary>
    /// <param name="outcome">What the log said.</param>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="beforeOffset">What was asked for.</param>
    public static Problem? ProblemOf(DeleteRecordsOutcome outcome, string topic, int partition, long beforeOffset) =>
        outcome switch
        {
            DeleteRecordsOutcome.Deleted => null,
            DeleteRecordsOutcome.OffsetOutOfRange range => new Problem(
                ProblemCode.OffsetOutOfRange,
                $"Partition {partition} ends at {range.HighWatermark}; records before {beforeOffset} cannot be deleted.")
            {
                Members = json =>
                {
                    json.WriteNumber("partition", partition);
                    json.WriteNumber("log_start_offset", range.LogStartOffset);
                    json.WriteNumber("high_watermark", range.HighWatermark);
                },
            },
            DeleteRecordsOutcome.UnknownTopicOrPartition => Problem.UnknownTopicOrPartition(topic, partition),
            _ => throw new UnreachableException($"No answer is defined for {outcome}."),
        };
}
