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
    private int _faultsInARow;

    /// <summary>What the run did.</summary>
    public KeeperCounts Did { get; private set; } = KeeperCounts.None;

    /// <summary>The first problems that the run met.</summary>
    public IReadOnlyList<KeeperProblem> Problems => _problems;

    /// <summary>The last problem that the run met, or null.</summary>
    public KeeperProblem? LastProblem { get; private set; }

    /// <summary>Whether the run must end.</summary>
    public bool IsSpent =>
        Did.Steps >= settings.StepsMax
        || _faultsInARow >= settings.FaultsInARowMax
        || time.GetElapsedTime(_startedAt) >= settings.RunTimeMax;

    /// <summary>Whether the run may rewrite further segments.</summary>
    public bool MayRewrite => Did.BytesRewritten < settings.BytesRewrittenMax;

    /// <summary>Counts what was done.</summary>
    public void Spend(KeeperCounts did)
    {
        Did += did;
        _faultsInARow = 0;
    }

    /// <summary>Counts a fault.</summary>
    public void Note(KeeperProblem problem)
    {
        Did += new KeeperCounts { Faults = 1 };
        LastProblem = problem;
        _faultsInARow++;
        if (_problems.Count < ProblemsMax)
        {
            _problems.Add(problem);
        }
    }
}
