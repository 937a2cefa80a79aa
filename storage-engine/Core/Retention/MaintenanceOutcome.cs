namespace Serverless.StorageEngine.Retention;

/// <summary>The outcomes of asking for maintenance.</summary>
public abstract record MaintenanceOutcome
{
    private MaintenanceOutcome()
    {
    }

    /// <summary>It was done, as far as the limits of a run let it.</summary>
    /// <param name="Report">What was done.</param>
    public sealed record Ran(MaintenanceReport Report) : MaintenanceOutcome;

    /// <summary>Some node has done it lately.</summary>
    public sealed record NotDue : MaintenanceOutcome;

    /// <summary>This node is at a run already.</summary>
    public sealed record UnderWay : MaintenanceOutcome;

    /// <summary>There is no topic of this name.</summary>
    public sealed record UnknownTopic : MaintenanceOutcome;
}
