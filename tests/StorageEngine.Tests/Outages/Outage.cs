using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Outages;

/// <summary>A world whose storage can go out of order and come back; an ordinary call takes ten milliseconds.</summary>
internal sealed class Outage
{
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    private readonly LogWorld _world;
    private OutageKind? _kind;

    public Outage(LogWorld world)
    {
        _world = world;
        foreach (var interception in new[] { world.Segments.Interception, world.Tables.Interception })
        {
            interception.Before = BeforeAsync;
            interception.After = AfterAsync;
        }
    }

    /// <summary>When storage came back; null while it is away, or was never away.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public void Begin(OutageKind kind) => (_kind, EndedAt) = (kind, null);

    /// <summary>Calls that are made from now on are answered; those that were swallowed never are.</summary>
    public void End() => (_kind, EndedAt) = (null, _world.Time.GetUtcNow());

    private async ValueTask BeforeAsync(StorageCall call)
    {
        switch (_kind)
        {
            case OutageKind.Refusing:
                throw new StorageUnavailableException("Connection refused.");
            case OutageKind.Throttling when call.Writes:
                throw new StorageOutcomeUnknownException("429");
            case OutageKind.Throttling:
                throw new StorageUnavailableException("503", retryAfter: TimeSpan.FromSeconds(10));
            case OutageKind.Silent:
                await new TaskCompletionSource().Task;
                break;
            default:
                await Task.Delay(Latency, _world.Time);
                break;
        }
    }

    private ValueTask AfterAsync(StorageCall call) => _kind == OutageKind.SilentAfterEffect
        ? new ValueTask(new TaskCompletionSource().Task)
        : ValueTask.CompletedTask;
}
