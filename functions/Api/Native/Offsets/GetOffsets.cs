using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Offsets;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/offsets</c> and <c>…/partitions/{partition}/offsets</c>: the first offset that is kept
/// and the next one to be written; with <c>?timestamp=</c> also the first record that is not older, or null when all
/// are.
/// </summary>
internal static class GetOffsets
{
    // Partitions that were not read lately cost a few storage operations each.
    private const int PartitionsAtOnce = 16;

    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        long? timestamp = null;
        if (context.Request.Query["timestamp"].ToString() is { Length: > 0 } text)
        {
            if (!QueryText.TryTimestamp(text, out var milliseconds))
            {
                return new ProblemResult(Problem.InvalidRequest(
                    $"'timestamp' is {Quotation.Of(text)}; it is milliseconds since 1970 or ISO 8601."));
            }

            timestamp = milliseconds;
        }

        return await ReadAsync(engine, found, timestamp, context.RequestAborted);
    }

    private static async ValueTask<IResult> ReadAsync(
        Engine engine, TopicSearch.Found found, long? timestamp, CancellationToken cancellationToken)
    {
        int[] partitions = found.Partition is { } one ? [one] : [.. Enumerable.Range(0, found.Topic.PartitionCount)];
        var offsets = new List<Offsets>(partitions.Length);
        foreach (var chunk in partitions.Chunk(PartitionsAtOnce))
        {
            var read = await Task.WhenAll(chunk.Select(
                partition => ReadAsync(engine, found, partition, timestamp, cancellationToken)));
            if (read.Contains(null))
            {
                return new ProblemResult(Problem.UnknownTopicOrPartition(found.Topic.Name.Value, chunk[0]));
            }

            offsets.AddRange(read!);
        }

        return new JsonResult(json =>
        {
            if (found.Partition is not null)
            {
                Write(json, offsets[0], timestamp is not null);
                return;
            }

            json.WriteStartArray("partitions");
            foreach (var partition in offsets)
            {
                json.WriteStartObject();
                Write(json, partition, timestamp is not null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task<Offsets?> ReadAsync(
        Engine engine, TopicSearch.Found found, int partition, long? timestamp, CancellationToken cancellationToken)
    {
        if (timestamp is { } milliseconds)
        {
            return await engine.Log.FindOffsetAsync(found.Topic, partition, milliseconds, cancellationToken)
                is var (record, at)
                ? new(partition, at, record)
                : null;
        }

        return await engine.Log.GetOffsetsAsync(found.Topic, partition, cancellationToken) is { } ends
            ? new(partition, ends, Record: null)
            : null;
    }

    private static void Write(Utf8JsonWriter json, Offsets offsets, bool byTime)
    {
        json.WriteNumber("partition", offsets.Partition);
        json.WriteNumber("log_start_offset", offsets.Ends.LogStartOffset);
        json.WriteNumber("high_watermark", offsets.Ends.HighWatermark);
        if (byTime && offsets.Record is { } record)
        {
            json.WriteNumber("offset", record.Offset);
            json.WriteNumber("timestamp", record.Timestamp);
        }
        else if (byTime)
        {
            json.WriteNull("offset");
            json.WriteNull("timestamp");
        }
    }

    private sealed record Offsets(int Partition, PartitionOffsets Ends, OffsetAndTimestamp? Record);
}
