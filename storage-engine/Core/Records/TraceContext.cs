using System.Diagnostics;
using System.Text;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// W3C trace context among a record's headers: <c>traceparent</c> and <c>tracestate</c>, as OpenTelemetry's conventions
/// for messages have it. Pure.
/// </summary>
public static class TraceContext
{
    /// <summary>The header that names trace and span.</summary>
    public const string Parent = "traceparent";

    /// <summary>The header with what tracing systems add.</summary>
    public const string State = "tracestate";

    /// <summary>The most links of one activity; what goes beyond is not linked.</summary>
    internal const int LinksMax = 32;

    // A fetch may return a hundred thousand records; a trace is no reason to parse all of them.
    private const int RecordsMax = 1_000;

    // 55 characters in every version so far.
    private const int ParentBytesMax = 128;

    /// <summary>Whether some headers have a trace context already.</summary>
    /// <param name="headers">The headers of a record.</param>
    public static bool IsIn(IReadOnlyList<RecordHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers[i].Name.Equals(Parent, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Links an activity to the requests that produced the records of a batch, each one once.</summary>
    /// <param name="activity">The activity; requests of its own trace are not linked.</param>
    /// <param name="batch">A batch. Records of compressed ones are not looked into: that costs more than it tells.</param>
    /// <param name="offset">Records before it are passed over.</param>
    internal static void Link(Activity activity, RecordBatch batch, long offset)
    {
        if (batch.Compression != CompressionType.None)
        {
            return;
        }

        try
        {
            var (records, links) = (0, activity.Links.Count());
            foreach (var record in new RecordEnumerator(batch, batch.Payload))
            {
                if (links == LinksMax || records++ == RecordsMax)
                {
                    return;
                }

                if (record.Offset >= offset && Find(record.Headers) is { } context && IsNew(activity, context))
                {
                    activity.AddLink(new ActivityLink(context));
                    links++;
                }
            }
        }
        catch (InvalidDataException)
        {
            // Whoever reads the records meets the damage and tells of it; a trace is the wrong place.
        }
    }

    private static bool IsNew(Activity activity, ActivityContext context) =>
        context.TraceId != activity.TraceId
        && activity.Links.All(link => link.Context.SpanId != context.SpanId || link.Context.TraceId != context.TraceId);

    private static ActivityContext? Find(IReadOnlyList<RecordHeader> headers)
    {
        string? parent = null, state = null;
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            if (name.Equals(Parent, StringComparison.OrdinalIgnoreCase) && value is { Length: <= ParentBytesMax } text)
            {
                parent = Encoding.UTF8.GetString(text.Span);
            }
            else if (name.Equals(State, StringComparison.OrdinalIgnoreCase) && value is { } more)
            {
                state = Encoding.UTF8.GetString(more.Span);
            }
        }

        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : null;
    }
}
