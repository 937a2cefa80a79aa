using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.World;

public sealed class SchedulerTests
{
    [Fact]
    public void Time_jumps_to_what_is_due_next()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var seen = new List<TimeSpan>();
        process.After(TimeSpan.FromHours(2), _ => seen.Add(TimeSpan.FromTicks(world.Scheduler.Now)));
        process.After(TimeSpan.FromHours(1), _ => seen.Add(TimeSpan.FromTicks(world.Scheduler.Now)));

        world.RunAll();

        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(2)], seen);
    }

    [Fact]
    public void What_is_ready_at_one_instant_runs_in_the_order_of_the_seed()
    {
        var orders = Enumerable.Range(1, 20).Select(seed => Order((ulong)seed)).ToList();

        Assert.True(orders.Distinct().Count() > 10);
        Assert.Equal(orders, Enumerable.Range(1, 20).Select(seed => Order((ulong)seed)));
    }

    [Fact]
    public async Task A_wait_inside_a_process_goes_on_inside_it()
    {
        var world = new SmallWorld();
        var (one, other) = (world.Process("one"), world.Process("other"));
        var handover = new TaskCompletionSource();

        var seen = one.Start(async () =>
        {
            await handover.Task;
            return SynchronizationContext.Current;
        });
        other.After(TimeSpan.FromSeconds(1), _ => handover.SetResult());
        world.Run(seen);

        Assert.Same(one, await seen);
    }

    [Fact]
    public void Waiting_for_nothing_is_reported_instead_of_waited_for()
    {
        var world = new SmallWorld();

        var stuck = Assert.Throws<SimulationStuckException>(() => world.Run(new TaskCompletionSource().Task));

        Assert.Contains("Nothing is left to run", stuck.Message, StringComparison.Ordinal);
        Assert.Contains("the test's task", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_end_is_ended()
    {
        var world = new SmallWorld();
        var process = world.Process();
        process.Post(Again, null);

        var stuck = Assert.Throws<SimulationStuckException>(() => world.Run(new TaskCompletionSource().Task));

        Assert.Contains("Not done after 100001 steps", stuck.Message, StringComparison.Ordinal);
        void Again(object? state) => process.Post(Again, null);
    }

    [Fact]
    public void Work_that_comes_back_from_another_thread_ends_the_run_with_its_stack()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var thread = new Thread(() => process.Post(_ => { }, null));
        thread.Start();
        thread.Join();

        var stuck = Assert.Throws<SimulationStuckException>(() => world.Scheduler.TryRunNext());

        Assert.Contains(nameof(SchedulerTests), stuck.Message, StringComparison.Ordinal);
    }

    private static string Order(ulong seed)
    {
        var world = new SmallWorld(seed);
        var process = world.Process();
        var order = new List<int>();
        for (var number = 0; number < 8; number++)
        {
            process.Post(state => order.Add((int)state!), number);
        }

        world.RunAll();
        return string.Join(' ', order);
    }
}
