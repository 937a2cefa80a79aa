using System.Diagnostics;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Tests.Diagnostics;

/// <summary>Listens to the traces of the engine, and keeps what ended.</summary>
internal sealed class Traced : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ActivitySource _source = new("tests");
    private readonly List<Activity> _ended = [];

    public Traced()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineActivities.SourceName || ReferenceEquals(source, _source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent != default && !options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.None
                    : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_ended)
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What the engine did, in the order of the ends.</summary>
    public IReadOnlyList<Activity> Engine
    {
        get
        {
            lock (_ended)
            {
                return [.. _ended.Where(static one => one.Source.Name == EngineActivities.SourceName)];
            }
        }
    }

    /// <summary>The one activity of this name.</summary>
    public Activity One(string name) => Assert.Single(Engine, one => one.OperationName == name);

    /// <summary>Begins what a server would begin for a request.</summary>
    public Activity Request() => _source.StartActivity("request", ActivityKind.Server)!;

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }
}
