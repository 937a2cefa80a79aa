namespace Serverless.StorageEngine.Retention;

/// <summary>The outcomes of asking a keeper to run.</summary>
public abstract record KeeperOutcome
{
    private KeeperOutcome()
    {
    }

    /// <summary>It ran.</summary>
    /// <param name="Report">What it did.</param>
    public sealed record Ran(KeeperReport Report) : KeeperOutcome;

    /// <summary>This node is at a run already: one at a time and node.</summary>
    public sealed record UnderWay : KeeperOutcome;

    /// <summary>There is no topic of this name.</summary>
    public sealed record UnknownTopic : KeeperOutcome;
}
