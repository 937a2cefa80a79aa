using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Read;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>What a read of events asks for. Pure.</summary>
/// <param name="Format">In which form events are given.</param>
/// <param name="Read">Where it starts, how much it takes, how long it waits, and whether it follows.</param>
internal sealed record EventQuery(EventFormat Format, ReadQuery Read)
{
    /// <summary>
    /// Reads the query and the headers of a request: what <see cref="ReadQuery"/> takes, save that <c>format</c> is one
    /// of <c>batch</c>, <c>structured</c>, <c>binary</c>, <c>ndjson</c> and <c>sse</c>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="isPartition">Whether the path names a partition.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="query">What it asks for, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? Parse(HttpRequest request, bool isPartition, ApiSettings settings, out EventQuery? query)
    {
        query = null;
        if (FormatOf(request, out var format) is { } problem)
        {
            return problem;
        }

        var broken = ReadQuery.Parse(request, isPartition, settings, out var read, MediaTypeOf(format))
            ?? CheckSingle(request, format, read);
        if (broken is not null)
        {
            return Problem.InvalidRequest(broken);
        }

        query = IsSingle(format) ? new(format, read with { RecordsMax = 1 })
            : read.Follow && format == EventFormat.Batch
                ? new(EventFormat.Lines, read with { MediaType = MediaTypes.Ndjson })
                : new(format, read);
        return null;
    }

    private static string? CheckSingle(HttpRequest request, EventFormat format, ReadQuery read) =>
        !IsSingle(format) ? null
        : read.Follow ? "'follow' gives lines or an event stream: format=ndjson or format=sse."
        : request.Query["limit"].ToString() is not ("" or "1")
            ? "'limit' belongs to pages; structured and binary mode give one event."
            : null;

    private static bool IsSingle(EventFormat format) => format is EventFormat.Structured or EventFormat.Binary;

    private static Problem? FormatOf(HttpRequest request, out EventFormat format)
    {
        var text = request.Query["format"].ToString();
        EventFormat? named = text switch
        {
            "batch" => EventFormat.Batch,
            "structured" => EventFormat.Structured,
            "binary" => EventFormat.Binary,
            "ndjson" => EventFormat.Lines,
            "sse" => EventFormat.EventStream,
            "" => FormatOf(MediaTypes.Choose(
                request,
                EventMediaTypes.Batch,
                EventMediaTypes.Structured,
                MediaTypes.Ndjson,
                MediaTypes.EventStream)),
            _ => null,
        };
        format = named.GetValueOrDefault();
        return named is not null ? null
            : text.Length == 0
                ? new(
                    ProblemCode.NotAcceptable,
                    $"The answer is {EventMediaTypes.Batch}, {EventMediaTypes.Structured}, {MediaTypes.Ndjson} or "
                    + $"{MediaTypes.EventStream}; format=binary gives one event under the media type of its data.")
                : Problem.InvalidRequest(
                    $"'format' is {Quotation.Of(text)}; it is batch, structured, binary, ndjson or sse.");
    }

    private static EventFormat? FormatOf(string? mediaType) => mediaType switch
    {
        EventMediaTypes.Batch => EventFormat.Batch,
        EventMediaTypes.Structured => EventFormat.Structured,
        MediaTypes.Ndjson => EventFormat.Lines,
        MediaTypes.EventStream => EventFormat.EventStream,
        _ => null,
    };

    // In binary mode the media type is the event's own; an event that does not fit it is given structured.
    private static string MediaTypeOf(EventFormat format) => format switch
    {
        EventFormat.Batch => EventMediaTypes.Batch,
        EventFormat.Structured or EventFormat.Binary => EventMediaTypes.Structured,
        EventFormat.Lines => MediaTypes.Ndjson,
        EventFormat.EventStream => MediaTypes.EventStream,
        _ => throw new UnreachableException($"The format {format} has no media type."),
    };
}
