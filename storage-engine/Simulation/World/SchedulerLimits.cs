namespace Serverless.StorageEngine.Simulation.World;

/// <summary>The watchdog: how much a run may do before it counts as stuck.</summary>
/// <param name="StepsMax">The most callbacks.</param>
/// <param name="TimeMax">The most virtual time.</param>
public readonly record struct SchedulerLimits(long StepsMax, TimeSpan TimeMax)
{
    /// <summary>
    /// A hundred times the steps of an ordinary run, and longer than every fault of a plan one after the other.
    /// </summary>
    public static SchedulerLimits Default { get; } = new(10_000_000, TimeSpan.FromHours(12));
}
