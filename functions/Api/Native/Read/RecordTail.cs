using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Follows a topic or partition: records go out as they come, as server-sent events or as lines.</summary>
/// <remarks>
/// An event's id is the cursor behind its record, so a client that reconnects with <c>Last-Event-ID</c> misses nothing
/// and gets nothing twice. When nothing happens for <see cref="ApiSettings.TailHeartbeat"/>, a comment (or an empty
/// line) keeps the connection. After <see cref="ApiSettings.TailDurationMax"/> the tail ends itself with an event
/// <c>end</c> (or a line <c>{"end":true,"next":…}</c>), because the platform would cut it soon, and so it does when the
/// node leaves. While the client does not read, nothing is fetched, and neither while a quota of bytes is used up: a
/// tail goes on as fast as its quotas let it, those included that are set after it began.
/// </remarks>
internal sealed class RecordTail
{
    private readonly HttpContext _context;
    private readonly Engine _engine;
    private readonly ReadQuery _query;
    private readonly TopicReader _reader;
    private readonly IRecordWriter _records;
    private readonly QuotaUse _use;
    private readonly StreamCursor _cursor;
    private readonly bool _isEvents;
    private readonly long _began;
    private long _sent;

    private RecordTail(
        HttpContext context,
        Engine engine,
        ReadQuery query,
        TopicReader reader,
        IRecordWriter records,
        QuotaUse use)
    {
        _context = context;
        _engine = engine;
        _query = query;
        _reader = reader;
        _records = records;
        _use = use;
        _cursor = new(reader.Positions.Span);
        _isEvents = query.MediaType == MediaTypes.EventStream;
        _began = _sent = engine.Time.GetTimestamp();
    }

    /// <summary>Follows until the client goes, the time is over, or the log refuses.</summary>
    /// <param name="context">The request.</param>
    /// <param name="engine">What the endpoints work with.</param>
    /// <param name="query">What is asked for: lines, or an event stream.</param>
    /// <param name="reader">Where the tail begins.</param>
    /// <param name="show">Makes what shows each record on the body of the answer; disposed at the end.</param>
    public static async ValueTask<IResult> FollowAsync(
        HttpContext context, Engine engine, ReadQuery query, TopicReader reader, Func<PipeWriter, IRecordWriter> show)
    {
        // First, since the quotas measure what is written.
        var use = context.RequestServices.GetRequiredService<RequestQuotas>()
            .Follow(context, Caller.Of(context).Principal, reader.Topic.Name);
        var tail = new RecordTail(context, engine, query, reader, show(context.Response.BodyWriter), use);
        var problem = await tail.RunAsync();
        if (problem is not null && !context.Response.HasStarted)
        {
            return new ProblemResult(problem);
        }

        await tail.EndAsync(problem);
        return Results.Empty;
    }

    private TimeSpan Left => _engine.Settings.TailDurationMax - _engine.Time.GetElapsedTime(_began);

    private async ValueTask<Problem?> RunAsync()
    {
        var batches = new List<FetchedBatch>();
        var gone = _context.RequestAborted;
        var caller = Caller.Of(_context);
        var compression = _engine.CompressionOf(_context);
        using var records = new RecordOutput(
            _context.Response.BodyWriter,
            _records,
            _isEvents ? RecordFraming.EventStream : RecordFraming.Lines,
            compression);
        while (Left > TimeSpan.Zero && !_engine.Log.WaitsEnded)
        {
            if (await OwesAsync(gone))
            {
                continue;
            }

            batches.Clear();
            var problem = await caller.RecheckAsync(Right.ReadTopic, _reader.Topic.Name, gone)
                ?? await _reader.ReadAsync(_query.RecordsMax, _query.BytesMax, batches, gone)
                ?? compression.AdmitFetched(batches);
            if (problem is not null)
            {
                return problem;
            }

            Start();
            if (batches.Count > 0)
            {
                await records.WriteAsync(batches, _cursor, gone);
                await _context.Response.BodyWriter.FlushAsync(gone);
                _sent = _engine.Time.GetTimestamp();
                compression.Release();
            }
            else if (!await WaitAsync(gone))
            {
                await BeatAsync();
            }
        }

        return null;
    }

    // Waits a moment, and not for all of it: the node may leave, and the client is to see that the tail lives.
    private async ValueTask<bool> OwesAsync(CancellationToken gone)
    {
        var wait = _use.Wait;
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        if (_context.Response.HasStarted && _engine.Time.GetElapsedTime(_sent) >= _engine.Settings.TailHeartbeat)
        {
            await BeatAsync();
        }

        await Task.Delay(wait < QuotaUse.LongestWait ? wait : QuotaUse.LongestWait, _engine.Time, gone);
        return true;
    }

    private async ValueTask<bool> WaitAsync(CancellationToken gone)
    {
        // What was written so far, headers included, must not wait for the next record.
        await _context.Response.BodyWriter.FlushAsync(gone);
        var heartbeat = _engine.Settings.TailHeartbeat;
        return await _reader.WaitAsync(heartbeat < Left ? heartbeat : Left, gone);
    }

    /// <summary>Sends the headers, once the first read has shown that there is no problem to answer instead.</summary>
    private void Start()
    {
        if (_context.Response.HasStarted)
        {
            return;
        }

        _context.Response.ContentType = _query.MediaType;
        _context.Response.Headers.CacheControl = "no-store";

        // Asks reverse proxies not to hold events back.
        _context.Response.Headers["X-Accel-Buffering"] = "no";
        _context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private async ValueTask BeatAsync()
    {
        var output = _context.Response.BodyWriter;
        output.Write(_isEvents ? ":\n\n"u8 : "\n"u8);
        await output.FlushAsync(_context.RequestAborted);
        _sent = _engine.Time.GetTimestamp();
    }

    private async ValueTask EndAsync(Problem? problem)
    {
        var output = _context.Response.BodyWriter;
        if (_isEvents)
        {
            output.Write("id: "u8);
            _cursor.WriteTo(output);
            output.Write(problem is null ? "\nevent: end\ndata: "u8 : "\nevent: problem\ndata: "u8);
        }

        WriteEnd(output, problem);
        output.Write(_isEvents ? "\n\n"u8 : "\n"u8);
        await output.FlushAsync(_context.RequestAborted);
    }

    private void WriteEnd(IBufferWriter<byte> output, Problem? problem)
    {
        using var json = new System.Text.Json.Utf8JsonWriter(output, JsonResult.WriterOptions);
        json.WriteStartObject();
        json.WriteBoolean("end", true);
        json.WriteString("next", PartitionCursor.Write(_cursor.Positions));
        if (problem is not null)
        {
            json.WriteStartObject("problem");
            ProblemFormat.WriteMembers(json, problem);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
