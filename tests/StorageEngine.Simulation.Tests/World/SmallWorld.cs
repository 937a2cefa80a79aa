using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.World;

/// <summary>A scheduler with processes that a test names.</summary>
internal sealed class SmallWorld
{
    private int _processes;

    public SmallWorld(ulong seed = 1, TextWriter? text = null)
    {
        Trace = new Trace(text);
        Scheduler = new Scheduler(
            new SeededRandom(seed), Trace, new SchedulerLimits(StepsMax: 100_000, TimeSpan.FromDays(1)));
    }

    public Trace Trace { get; }

    public Scheduler Scheduler { get; }

    public SimulatedProcess Process(string name = "process") => new(Scheduler, name, ++_processes);

    public void Run(Task task) => Scheduler.RunUntil(task, static () => "the test's task");

    /// <summary>Lets everything run that comes to its end by itself.</summary>
    public void RunAll()
    {
        while (Scheduler.TryRunNext())
        {
        }
    }
}
