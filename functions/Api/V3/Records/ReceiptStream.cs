using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Writes the receipts of a stream, each as soon as its record is durable and those before it were written.
/// </summary>
internal sealed class ReceiptStream(HttpResponse response, string clusterId, Topic topic)
{
    // Receipts that are ready are sent together; a write of this size costs no more than one of a line.
    private const int UnflushedBytesMax = 16 * 1024;

    private readonly PipeWriter _output = response.BodyWriter;

    /// <summary>Answers 200 and writes receipts until the stream has ended.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task WriteAsync(RecordStream stream, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ConfluentMediaTypes.Json;
        response.Headers.CacheControl = "no-store";
        using var json = new Utf8JsonWriter(_output, Native.JsonResult.WriterOptions);
        while (await stream.Receipts.WaitToReadAsync(cancellationToken))
        {
            while (stream.Receipts.TryRead(out var receipt))
            {
                if (receipt.Answer is { IsCompleted: false } || _output.UnflushedBytes > UnflushedBytesMax)
                {
                    await _output.FlushAsync(cancellationToken);
                }

                await WriteAsync(json, receipt, cancellationToken);
                stream.Pending.Release(receipt.Bytes);
            }

            await _output.FlushAsync(cancellationToken);
        }
    }

    private async ValueTask WriteAsync(Utf8JsonWriter json, PendingReceipt receipt, CancellationToken cancellationToken)
    {
        var error = receipt.Error;
        StoredRun run = default;
        if (receipt.Answer is not null)
        {
            var answer = await receipt.Answer.WaitAsync(cancellationToken);

            // What is not stored has a problem.
            error = answer.TryFind(receipt.Index, out run)
                ? null
                : ReceiptWriter.Streamed(ConfluentError.Of(answer.Problem!));
        }

        json.WriteStartObject();
        if (error is null)
        {
            json.WriteNumber("error_code", StatusCodes.Status200OK);
            ReceiptWriter.WriteMembers(
                json,
                clusterId,
                topic.Name.Value,
                receipt.Partition,
                run.OffsetOf(receipt.Index),
                run.TimestampOf(receipt.Timestamp, receipt.HasOwnTimestamp),
                receipt.Key,
                receipt.Value);
        }
        else
        {
            ConfluentResult.WriteMembers(json, error);
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset();
        _output.Write("\r\n"u8);
    }
}
