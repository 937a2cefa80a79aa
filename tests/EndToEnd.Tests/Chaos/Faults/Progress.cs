namespace Serverless.EndToEnd.Tests.Chaos.Faults;

/// <summary>Counts acknowledged records, and lets others wait for more of them.</summary>
internal sealed class Progress
{
    private readonly Lock _lock = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waits = [];
    private long _count;

    /// <summary>How many so far.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Counts more.</summary>
    public void Add(int count)
    {
        lock (_lock)
        {
            _count += count;
            foreach (var (_, reached) in _waits.Where(wait => wait.Count <= _count))
            {
                reached.TrySetResult();
            }

            _waits.RemoveAll(wait => wait.Count <= _count);
        }
    }

    /// <summary>Completes when this many more have been counted.</summary>
    public Task MoreAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((_count + count, reached));
            return reached.Task;
        }
    }
}
