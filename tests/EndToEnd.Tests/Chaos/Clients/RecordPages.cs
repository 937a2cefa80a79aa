using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Turns what the APIs show of records into what a history knows. Pure.</summary>
internal static class RecordPages
{
    /// <summary>One record, with its partition.</summary>
    public static (int Partition, SeenRecord Record) RecordOf(JsonElement record) => (
        record.GetProperty("partition").GetInt32(),
        new SeenRecord(
            record.GetProperty("offset").GetInt64(), RecordTexts.ValueOf(record.GetProperty("value"))));

    /// <summary>The records of a JSON array, by partition, in the order in which they stand there.</summary>
    public static ImmutableArray<Slice> SlicesOf(JsonElement records, ChaosRun run) =>
    [
        .. records.EnumerateArray().Select(RecordOf)
            .GroupBy(static one => one.Partition, static one => one.Record)
            .Select(part => new Slice(run.PartitionOf(part.Key), [.. part])),
    ];

    /// <summary>The answer of the native API to a read of one partition.</summary>
    public static Answer OfPage(Reply reply, int partition, ChaosRun run)
    {
        if (reply is not Reply.Received received)
        {
            return new Answer.Unknown(reply.ToString());
        }

        var json = received.Json;
        return received.IsSuccess
            ? new Answer.Polled(
            [
                new Slice(
                    run.PartitionOf(partition),
                    [.. json.GetProperty("records").EnumerateArray().Select(static one => RecordOf(one).Record)],
                    json.GetProperty("high_watermark").GetInt64(),
                    json.GetProperty("log_start_offset").GetInt64()),
            ])
            : json.TryGetProperty("high_watermark", out var end)
                ? new Answer.OutOfRange(json.GetProperty("log_start_offset").GetInt64(), end.GetInt64())
                : new Answer.Failed(Refusal.Unavailable, -1, received.Body);
    }
}
