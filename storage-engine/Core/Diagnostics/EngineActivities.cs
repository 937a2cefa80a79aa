using System.Diagnostics;
using System.Globalization;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>
/// The traces of the engine: an <c>append</c> or a <c>fetch</c> below the request that asks for it, a <c>commit</c> below
/// the first append that its block carries, with links to the others, and the calls of the storage service below them.
/// </summary>
/// <remarks>Where nobody listens, nothing is made and nothing spent. Names and tags are bounded, and tell no key and no
/// value of a record.</remarks>
public static class EngineActivities
{
    /// <summary>The name to listen to.</summary>
    public const string SourceName = "Serverless.StorageEngine";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The activity that an append or a step of a group belongs to; null where nobody listens, and where what
    /// is under way is not sampled.</summary>
    internal static Activity? Current => Source.HasListeners() && Activity.Current is { Recorded: true } activity
        ? activity
        : null;

    /// <summary>
    /// Work that serves many requests belongs to none of them, though one of them has begun it; to be called by that
    /// work, whose callers keep theirs.
    /// </summary>
    /// <param name="activity">Whose work it is from here on; null for nobody's.</param>
    internal static void Become(Activity? activity)
    {
        if (Source.HasListeners())
        {
            Activity.Current = activity;
        }
    }

    /// <summary>Begins an append to a partition.</summary>
    internal static Activity? StartAppend(Topic topic, int partition, RecordBatch batch)
    {
        var activity = StartCall("append", topic, partition);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.batch.message_count", batch.RecordCount);
            activity.SetTag("serverless.bytes", batch.Length);
            TraceContext.Link(activity, batch, batch.BaseOffset);
        }

        return activity;
    }

    /// <summary>Begins a fetch from a partition.</summary>
    internal static Activity? StartFetch(Topic topic, int partition, long offset)
    {
        var activity = StartCall("fetch", topic, partition);
        return activity is { IsAllDataRequested: true } ? activity.SetTag("serverless.offset", offset) : activity;
    }

    /// <summary>Says what a fetch returned, and links it to the requests that produced the records.</summary>
    internal static void EndFetch(Activity? activity, FetchOutcome outcome, long offset)
    {
        if (activity is not { IsAllDataRequested: true } || outcome is not FetchOutcome.Fetched fetched)
        {
            return;
        }

        activity.SetTag("messaging.batch.message_count", fetched.Batches.Sum(static batch => batch.RecordCount));
        activity.SetTag("serverless.bytes", fetched.Batches.Sum(static batch => (long)batch.Length));
        foreach (var batch in fetched.Batches)
        {
            TraceContext.Link(activity, batch, offset);
        }
    }

    /// <summary>Begins the commit of a group of appends.</summary>
    /// <param name="first">The first append of the group that is traced; null when none is.</param>
    internal static Activity? StartCommit(Activity? first) => first is null
        ? null
        : Source.StartActivity("commit", ActivityKind.Internal, first.Context);

    /// <summary>Links the commit under way to the appends that its block carries.</summary>
    internal static void LinkCommit(ReadOnlySpan<PendingAppend> appends)
    {
        if (Current is not { IsAllDataRequested: true, OperationName: "commit" } activity)
        {
            return;
        }

        activity.SetTag("serverless.appends", appends.Length);
        foreach (var append in appends[..Math.Min(appends.Length, TraceContext.LinksMax)])
        {
            if (append.Activity is { } other && other.SpanId != activity.ParentSpanId)
            {
                activity.AddLink(new ActivityLink(other.Context));
            }
        }
    }

    /// <summary>Begins a call of the storage service, when something that is traced makes it.</summary>
    internal static Activity? StartStorage(string operation, string target)
    {
        if (Current is null)
        {
            return null;
        }

        var activity = Source.StartActivity(operation, ActivityKind.Client);
        return activity is { IsAllDataRequested: true } ? activity.SetTag("serverless.target", target) : activity;
    }

    /// <summary>Says how something ended.</summary>
    /// <param name="activity">The activity, if there is one.</param>
    /// <param name="outcome">One of the words of <see cref="OutcomeNames"/>.</param>
    internal static void End(Activity? activity, string outcome)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.SetTag("serverless.outcome", outcome);
        if (OutcomeNames.IsFailure(outcome))
        {
            activity.SetStatus(ActivityStatusCode.Error, outcome);
        }
    }

    private static Activity? StartCall(string operation, Topic topic, int partition)
    {
        // What is below a request that is not sampled is not sampled either.
        if (!Source.HasListeners() || Activity.Current is { Recorded: false })
        {
            return null;
        }

        var activity = Source.StartActivity(operation);
        if (activity is { IsAllDataRequested: true })
        {
            activity.DisplayName = $"{operation} {topic.Name.Value}";
            activity.SetTag("messaging.system", "serverless");
            activity.SetTag("messaging.operation.name", operation);
            activity.SetTag("messaging.destination.name", topic.Name.Value);
            activity.SetTag("messaging.destination.partition.id", partition.ToString(CultureInfo.InvariantCulture));
        }

        return activity;
    }
}
