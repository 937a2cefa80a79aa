using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Answers a page: what was fetched, and where to go on.</summary>
/// <remarks>
/// As JSON: <c>{"records": […], "next_offset", "high_watermark", "log_start_offset"}</c> for a partition,
/// <c>{"records": […], "next", "partitions": […]}</c> for a topic, where a partition that the page has not come to
/// names no ends. As lines: the records only; where to go on stands in the
/// headers <c>Next-Offset</c> and <c>High-Watermark</c>, or <c>Next-Cursor</c>.
/// </remarks>
internal sealed class RecordPage(
    TopicSearch.Found found,
    TopicReader reader,
    StreamCursor start,
    IReadOnlyList<FetchedBatch> batches,
    ReadQuery query,
    ICompression compression) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var output = response.BodyWriter;
        var isJson = query.MediaType == MediaTypes.Json;
        var framing = isJson ? RecordFraming.Array : RecordFraming.Lines;
        using (var records = new RecordOutput(output, new RecordJsonWriter(output, query.Form), framing, compression))
        {
            records.Open(batches);
            response.ContentType = query.MediaType;
            response.Headers.CacheControl = "no-store";
            PositionHeaders.Write(response.Headers, found, reader);
            output.Write(isJson ? "{\"records\":["u8 : []);
            await records.WriteAsync(batches, start, httpContext.RequestAborted);
        }

        if (isJson)
        {
            WriteEnd(output);
        }

        await output.FlushAsync(httpContext.RequestAborted);
    }

    private void WriteEnd(PipeWriter output)
    {
        output.Write("]"u8);
        using var json = new Utf8JsonWriter(output, JsonResult.WriterOptions);

        // The writer begins in the middle of an object, so it is told nothing of it and the comma comes first.
        output.Write(","u8);
        if (found.Partition is not null)
        {
            WriteOffsets(json, 0);
        }
        else
        {
            json.WriteString("next", reader.Cursor);
            json.WriteStartArray("partitions");
            for (var i = 0; i < reader.Positions.Length; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("partition", reader.Positions.Span[i].Partition);
                WriteOffsets(json, i);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.Flush();
        output.Write("}\n"u8);
    }

    private void WriteOffsets(Utf8JsonWriter json, int index)
    {
        json.WriteNumber("next_offset", reader.Positions.Span[index].Offset);
        if (reader.Ends[index] is { } ends)
        {
            json.WriteNumber("high_watermark", ends.HighWatermark);
            json.WriteNumber("log_start_offset", ends.LogStartOffset);
        }
    }
}
