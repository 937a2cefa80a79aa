using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Native.Read;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Answers the next event in structured or binary mode; 204 when there is none.</summary>
/// <remarks>
/// An event that binary mode cannot carry in headers of the usual size is given structured; its media type tells.
/// </remarks>
/// <param name="opened">What was read.</param>
/// <param name="found">What was found: at most one event, and nothing else beside it.</param>
/// <param name="format">Structured or binary.</param>
internal sealed class SingleEvent(ReadOpening.Opened opened, EventSearch found, EventFormat format) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        EventPosition.Write(response.Headers, opened, found);
        if (found.Events == 0)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var (partition, record) = FirstRecord();
        CloudEventRecord.Read(record.Headers, record.Value, found.AttributesMax, out var given);
        response.Headers["Record-Partition"] = partition.ToString(CultureInfo.InvariantCulture);
        response.Headers["Record-Offset"] = record.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers["Record-Timestamp"] = record.Timestamp.ToString(CultureInfo.InvariantCulture);
        if (format == EventFormat.Binary && EventHeaders.TryWrite(response.Headers, given!))
        {
            var data = given!.Data.GetValueOrDefault();
            response.ContentLength = data.Length;
            await response.BodyWriter.WriteAsync(data, httpContext.RequestAborted);
            return;
        }

        response.ContentType = EventMediaTypes.Structured;
        using var output = new JsonOutput(response.BodyWriter);
        await CloudEventJsonWriter.WriteAsync(output, given!, httpContext.RequestAborted);
        await output.FlushAsync(httpContext.RequestAborted);
    }

    private (int Partition, RecordView Record) FirstRecord()
    {
        var batch = found.Batches[0];
        var records = batch.Records(found.Compression);
        records.MoveNext();
        return (batch.Partition, records.Current);
    }
}
