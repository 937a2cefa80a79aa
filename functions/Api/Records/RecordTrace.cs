using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// The trace context of a produce request, on its way into the headers of its records: what the client calls its trace
/// is kept as it came, whether this node traces anything or not, so that whoever consumes a record finds who made it.
/// </summary>
/// <param name="Headers">What each record gets: <c>traceparent</c>, and <c>tracestate</c> if there is one.</param>
internal sealed record RecordTrace(IReadOnlyList<RecordHeader> Headers)
{
    // What the standard asks everybody to pass on.
    private const int StateCharactersMax = 512;

    private static readonly RecordBatchBuilder Empty = new(capacity: 0);

    /// <summary>Reads the context of a request.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <returns>Null when there is none, or none that the standard knows; that is no fault of the request.</returns>
    public static RecordTrace? Read(IHeaderDictionary headers)
    {
        if (headers.TraceParent is not [{ } parent] || !ActivityContext.TryParse(parent, null, out _))
        {
            return null;
        }

        var header = new RecordHeader(TraceContext.Parent, Encoding.ASCII.GetBytes(parent));
        var state = string.Join(',', headers.TraceState.Where(static part => !string.IsNullOrEmpty(part)));
        return state.Length is > 0 and <= StateCharactersMax && state.All(static c => c is >= ' ' and <= '~')
            ? new([header, new RecordHeader(TraceContext.State, Encoding.ASCII.GetBytes(state))])
            : new([header]);
    }

    /// <summary>A record with the context among its headers.</summary>
    /// <param name="record">A record that may be appended.</param>
    /// <param name="topic">Where it goes.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <returns>
    /// The record as it is where it has a context of its own, and where it would be too large, or have too many headers,
    /// with another one: no record is refused for its trace.
    /// </returns>
    public ProduceRecord Into(in ProduceRecord record, Topic topic, ApiSettings settings)
    {
        if (!settings.RecordTraceContext
            || record.Headers.Count + Headers.Count > settings.RecordHeadersMax
            || TraceContext.IsIn(record.Headers))
        {
            return record;
        }

        var traced = record with { Headers = record.Headers.Count == 0 ? Headers : [.. record.Headers, .. Headers] };
        return traced.LengthIn(Empty) > topic.Config.MaxMessageBytes ? record : traced;
    }
}
