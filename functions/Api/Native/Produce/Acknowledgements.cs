using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Answers a stream: a line for each durable batch where the client wants that, and the sum at the end.
/// </summary>
/// <remarks>
/// A client that sends on and on without reading these lines stops its own stream when the connection's buffers are
/// full; a line is some hundred bytes for up to a megabyte of records.
/// </remarks>
internal sealed class Acknowledgements(HttpResponse response, bool streamed)
{
    /// <summary>Notes that a batch is durable.</summary>
    /// <param name="lane">Its partition.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="baseOffset">The offset of its first record.</param>
    /// <param name="durableLine">The line up to which every line is durable.</param>
    public async ValueTask WriteAsync(StreamLane lane, StreamBatch batch, long baseOffset, long durableLine)
    {
        if (!streamed)
        {
            return;
        }

        await WriteLineAsync(json =>
        {
            json.WriteNumber("partition", lane.Partition);
            json.WriteNumber("base_offset", baseOffset);
            json.WriteNumber("records", batch.Records);
            json.WriteNumber("last_line", batch.LastLine);
            json.WriteNumber("durable_line", durableLine);
        });
    }

    /// <summary>Ends the answer: the sum, or the problem with the sum of what was stored nevertheless.</summary>
    /// <param name="stream">The stream, at its end.</param>
    /// <param name="linesRead">The number of lines that were read.</param>
    /// <param name="problem">What ended the stream early, or null.</param>
    public async ValueTask<IResult> CompleteAsync(RecordStream stream, long linesRead, Problem? problem)
    {
        if (problem is null && !streamed)
        {
            return new JsonResult(json => WriteSum(json, stream));
        }

        if (problem is not null)
        {
            problem = WithSum(problem, stream, linesRead);
            if (!response.HasStarted)
            {
                return new ProblemResult(problem);
            }
        }

        await WriteLineAsync(json =>
        {
            if (problem is null)
            {
                WriteSum(json, stream);
                return;
            }

            json.WriteStartObject("problem");
            ProblemFormat.WriteMembers(json, problem);
            json.WriteEndObject();
        });
        return Results.Empty;
    }

    private static Problem WithSum(Problem problem, RecordStream stream, long linesRead)
    {
        var applied = stream.Lanes.Any(static lane => lane.Durable.Records > 0);
        return problem with
        {
            // What is not known weighs more than what is known to be there.
            Effects = applied && problem.Rule.SideEffects == SideEffects.None ? SideEffects.Applied : null,
            Members = json =>
            {
                json.WriteNumber("line", linesRead);
                json.WriteNumber("durable_line", stream.DurableLine);
                WriteSum(json, stream);
            },
        };
    }

    private static void WriteSum(Utf8JsonWriter json, RecordStream stream)
    {
        json.WriteNumber("records", stream.Lanes.Sum(static lane => lane.Durable.Records));
        json.WriteStartArray("partitions");
        foreach (var lane in stream.Lanes)
        {
            if (lane.Durable.Records > 0)
            {
                json.WriteStartObject();
                json.WriteNumber("partition", lane.Partition);
                json.WriteNumber("first_offset", lane.Durable.First);
                json.WriteNumber("last_offset", lane.Durable.Last);
                json.WriteNumber("records", lane.Durable.Records);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private async ValueTask WriteLineAsync(Action<Utf8JsonWriter> write)
    {
        if (!response.HasStarted)
        {
            response.ContentType = MediaTypes.Ndjson;
        }

        var output = response.BodyWriter;
        using (var json = new Utf8JsonWriter(output, JsonResult.WriterOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        await output.FlushAsync(response.HttpContext.RequestAborted);
    }
}
