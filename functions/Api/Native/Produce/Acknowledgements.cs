using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Answers a stream: a line for each durable batch where the client wants that, and the sum at the end.
/// </summary>
/// <remarks>
/// A client that sends on and on without reading these lines stops its own stream when the connection's buffers are
/// full; a line is some hundred bytes for up to a megabyte of records.
/// </remarks>
/// <param name="response">The answer.</param>
/// <param name="found">Topic and partition of the path.</param>
/// <param name="lines">The lines of the stream.</param>
/// <param name="streamed">Whether the client wants lines.</param>
internal sealed class Acknowledgements(
    HttpResponse response, TopicSearch.Found found, LineRecords lines, bool streamed)
{
    /// <summary>Notes that records are durable: a batch, or the part of one that is stored together.</summary>
    /// <param name="lane">Their partition.</param>
    /// <param name="run">The records.</param>
    /// <param name="durableLine">The line up to which every line is durable.</param>
    public async ValueTask WriteAsync(StreamLane lane, StoredRun run, long durableLine)
    {
        if (!streamed)
        {
            return;
        }

        await WriteLineAsync(json =>
        {
            json.WriteNumber("partition", lane.Partition);
            json.WriteNumber("base_offset", run.BaseOffset);
            json.WriteNumber("records", run.Records);
            ProduceAnswers.WriteDuplicate(json, run.Duplicate);
            json.WriteNumber("last_line", lane.LastLineOf(run));
            json.WriteNumber("durable_line", durableLine);
            WriteWithoutKey(json);
        });
    }

    /// <summary>Ends the answer: the sum, or the problem with the sum of what was stored nevertheless.</summary>
    /// <param name="stream">The stream, at its end.</param>
    /// <param name="problem">What ended the stream early, or null.</param>
    public async ValueTask<IResult> CompleteAsync(RecordStream stream, Problem? problem)
    {
        if (problem is null && !streamed)
        {
            WriteTag(stream);
            return new JsonResult(json => WriteSum(json, stream));
        }

        if (problem is not null)
        {
            problem = WithSum(problem, stream);
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

    private Problem WithSum(Problem problem, RecordStream stream)
    {
        var applied = stream.Lanes.Any(static lane => lane.Durable.Records > 0);
        return (problem with
        {
            // What is not known weighs more than what is known to be there.
            Effects = applied && problem.Rule.SideEffects == SideEffects.None ? SideEffects.Applied : null,
        }).With(json =>
        {
            json.WriteNumber("line", lines.LineNumber);
            json.WriteNumber("durable_line", stream.DurableLine);
            WriteSum(json, stream);
        });
    }

    private void WriteTag(RecordStream stream)
    {
        if (found.Partition is not null && stream.Lanes is [{ Durable.Records: > 0 } lane])
        {
            NextOffsetTag.Write(response, lane.Durable.LastOffset + 1);
        }
    }

    private void WriteSum(Utf8JsonWriter json, RecordStream stream)
    {
        var records = stream.Lanes.Sum(static lane => lane.Durable.Records);
        json.WriteNumber("records", records);
        ProduceAnswers.WriteDuplicate(
            json, records > 0 && stream.Lanes.All(static lane => lane.Durable.Records == lane.Durable.Duplicates));
        WriteWithoutKey(json);
        json.WriteStartArray("partitions");
        foreach (var lane in stream.Lanes)
        {
            if (lane.Durable.Records > 0)
            {
                json.WriteStartObject();
                json.WriteNumber("partition", lane.Partition);
                json.WriteNumber("first_offset", lane.Durable.FirstOffset);
                json.WriteNumber("last_offset", lane.Durable.LastOffset);
                json.WriteNumber("records", lane.Durable.Records);
                if (lane.Durable.Duplicates > 0)
                {
                    json.WriteNumber("duplicates", lane.Durable.Duplicates);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    // Also zero: whoever names a member sees that it is the right one.
    private void WriteWithoutKey(Utf8JsonWriter json)
    {
        if (lines.WithoutKey is { } count)
        {
            json.WriteNumber("without_key", count);
        }
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
