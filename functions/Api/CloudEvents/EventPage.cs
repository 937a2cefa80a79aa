using System.Buffers;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Native.Read;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// Answers a page of events, as an array or as lines; where to go on stands in <see cref="PositionHeaders"/>.
/// </summary>
/// <param name="opened">What was read.</param>
/// <param name="found">What was found.</param>
/// <param name="format">An array or lines.</param>
internal sealed class EventPage(ReadOpening.Opened opened, EventSearch found, EventFormat format) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var output = response.BodyWriter;
        var isArray = format == EventFormat.Batch;
        using (var records = new RecordOutput(
            output,
            new EventRecordWriter(output, found.AttributesMax),
            isArray ? RecordFraming.Array : RecordFraming.Lines,
            found.Compression))
        {
            records.Open(found.Batches);
            response.ContentType = isArray ? EventMediaTypes.Batch : MediaTypes.Ndjson;
            EventPosition.Write(response.Headers, opened, found);
            output.Write(isArray ? "["u8 : []);
            await records.WriteAsync(
                found.Batches, new StreamCursor(opened.Reader.Positions.Span), httpContext.RequestAborted);
        }

        output.Write(isArray ? "]\n"u8 : []);
        await output.FlushAsync(httpContext.RequestAborted);
    }
}
