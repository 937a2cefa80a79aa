using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Answers a page: what was fetched, and where to go on.</summary>
/// <remarks>
/// As JSON: <c>{"records": […], "next_offset", "high_watermark", "log_start_offset"}</c> for a partition,
/// <c>{"records": […], "next", "partitions": […]}</c> for a topic. As lines: the records only; where to go on stands in the
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
        response.ContentType = query.MediaType;
        response.Headers.CacheControl = "no-store";
        WriteHeaders(response.Headers);
        output.Write(isJson ? "{\"records\":["u8 : []);
        using (var records = new RecordOutput(
            output, query.Form, isJson ? RecordFraming.Array : RecordFraming.Lines, compression))
        {
            await records.WriteAsync(batches, start, httpContext.RequestAborted);
        }

        if (isJson)
        {
            WriteEnd(output);
        }

        await output.FlushAsync(httpContext.RequestAborted);
    }

    private void WriteHeaders(IHeaderDictionary headers)
    {
        if (found.Partition is null)
        {
            headers["Next-Cursor"] = PartitionCursor.Write(reader.Positions.Span);
            return;
        }

        headers["Next-Offset"] = reader.Positions.Span[0].Offset.ToString(CultureInfo.InvariantCulture);
        headers["High-Watermark"] = reader.Ends[0].HighWatermark.ToString(CultureInfo.InvariantCulture);
        headers["Log-Start-Offset"] = reader.Ends[0].LogStartOffset.ToString(CultureInfo.InvariantCulture);
    }

    private void WriteEnd(PipeWriter output)
    {
        output.Write("]"u8);
        using var json = new Utf8JsonWriter(output, JsonResult.WriterOptions);

        // The writer begins in the middle of an object, so it is told nothing of it and the comma comes first.
        output.Write(","u8);
        if (found.Partition is not null)
        {
            WriteNumbers(json, ("next_offset", reader.Positions.Span[0].Offset), 0);
        }
        else
        {
            json.WriteString("next", PartitionCursor.Write(reader.Positions.Span));
            json.WriteStartArray("partitions");
            for (var i = 0; i < reader.Positions.Length; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("partition", reader.Positions.Span[i].Partition);
                WriteNumbers(json, ("next_offset", reader.Positions.Span[i].Offset), i);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.Flush();
        output.Write("}"u8);
    }

    private void WriteNumbers(Utf8JsonWriter json, (string Name, long Value) first, int index)
    {
        json.WriteNumber(first.Name, first.Value);
        json.WriteNumber("high_watermark", reader.Ends[index].HighWatermark);
        json.WriteNumber("log_start_offset", reader.Ends[index].LogStartOffset);
    }
}
