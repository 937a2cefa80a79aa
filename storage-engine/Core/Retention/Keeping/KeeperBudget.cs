using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>What is left of one run's share, and what the run met. Used by one thread at a time.</summary>
/// <param name="settings">The limits.</param>
/// <param name="time">The only clock; here it measures how long the run takes.</param>
internal sealed class KeeperBudget(KeeperSettings settings, TimeProvider time)
{
    /// <summary>The most problems that a report tells in words.</summary>
    public const int ProblemsMax = 20;

    private readonly long _startedAt = time.GetTimestamp();
    private readonly List<KeeperProblem> _problems = [];
    private double _end = 1;
    private long _stepsBefore;
    private int _faultsInARow;

    /// <summary>What the run did.</summary>
    public KeeperCounts Did { get; private set; } = KeeperCounts.None;

    /// <summary>The first problems that the run met.</summary>
    public IReadOnlyList<KeeperProblem> Problems => _problems;

    /// <summary>The last problem that the run met, or null.</summary>
    public KeeperProblem? LastProblem { get; private set; }

    /// <summary>Whether the part of the run that it is at must end.</summary>
    public bool IsSpent =>
        Did.Steps - _stepsBefore >= settings.StepsMax
        || _faultsInARow >= settings.FaultsInARowMax
        || TimeLeft <= TimeSpan.Zero;

    /// <summary>How long this part of the run may go on; not above zero when it must end.</summary>
    public TimeSpan TimeLeft => (settings.RunTimeMax * _end) - time.GetElapsedTime(_startedAt);

    /// <summary>Whether the run may rewrite further segments.</summary>
    public bool MayRewrite => Did.BytesRewritten < settings.BytesRewrittenMax;

    /// <summary>Begins the next part of the run, with steps of its own.</summary>
    /// <param name="end">Which part of the run's time is over when it must end: above that of the part before, at most
    /// 1.</param>
    public void Begin(double end) => (_end, _stepsBefore) = (end, Did.Steps);

    /// <summary>Counts what was done.</summary>
    public void Spend(KeeperCounts did)
    {
        Did += did;
        _faultsInARow = 0;
    }

    /// <summary>Counts a fault.</summary>
    /// <param name="problem">What was met.</param>
    /// <param name="isDamage">Whether storage answered, with data that is damaged: that alone never ends a run, which would
    /// not get past it.</param>
    public void Note(KeeperProblem problem, bool isDamage = false)
    {
        Did += new KeeperCounts { Faults = 1 };
        LastProblem = problem;
        _faultsInARow = isDamage ? 0 : _faultsInARow + 1;
        if (_problems.Count < ProblemsMax)
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Does some work. What fails must not keep the rest from being done, and is never passed over in
    /// silence.</summary>
    /// <param name="now">The storage service's time, whenever it is asked for.</param>
    /// <param name="topic">The topic that it is about, or null.</param>
    /// <param name="work">The work.</param>
    public async ValueTask TryAsync(Func<DateTimeOffset> now, TopicName? topic, Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (LogContext.IsFault(exception))
        {
            Note(new KeeperProblem(now(), exception.Message, topic?.Value), exception is CorruptDataException);
        }
    }
}
