using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// Answers what was received: <c>{"records":[{"lock_token","delivery_count",…}],"lock_duration_ms"}</c>, each record
/// with the members that a read gives.
/// </summary>
/// <param name="received">The records.</param>
/// <param name="form">How keys and values are written.</param>
internal sealed class ReceivedPage(ReceiveOutcome.Received received, ValueForm form) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var output = httpContext.Response.BodyWriter;
        httpContext.Response.ContentType = MediaTypes.Json;
        httpContext.Response.Headers.CacheControl = "no-store";
        output.Write("{\"records\":["u8);
        using (var json = new RecordJsonWriter(output, form))
        {
            for (var at = 0; at < received.Records.Count; at++)
            {
                output.Write(at == 0 ? ""u8 : ","u8);
                await json.WriteAsync(received.Records[at], httpContext.RequestAborted);
                await json.FlushLongAsync(httpContext.RequestAborted);
            }
        }

        var duration = (long)received.LockDuration.TotalMilliseconds;
        output.Write(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"],\"lock_duration_ms\":{duration}}}")));
        await output.FlushAsync(httpContext.RequestAborted);
    }
}
