using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.World;

public sealed class ClockTests
{
    [Fact]
    public void A_skewed_clock_shows_another_time_but_waits_as_long()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var clock = new SimulatedClock(process, skew: TimeSpan.FromMinutes(-3), driftPpm: 0);

        world.Run(process.Start(() => DelayAsync(clock, TimeSpan.FromSeconds(10))));

        Assert.Equal(TimeSpan.FromSeconds(10).Ticks, world.Scheduler.Now);
        Assert.Equal(SimulatedClock.Beginning.AddMinutes(-3).AddSeconds(10), clock.GetUtcNow());
    }

    [Fact]
    public void A_fast_clock_waits_less_of_the_true_time()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var clock = new SimulatedClock(process, TimeSpan.Zero, driftPpm: 500);
        var began = clock.GetTimestamp();

        world.Run(process.Start(() => DelayAsync(clock, TimeSpan.FromSeconds(1_000))));

        Assert.InRange(clock.GetElapsedTime(began).TotalSeconds, 1_000, 1_000.001);
        Assert.InRange(TimeSpan.FromTicks(world.Scheduler.Now).TotalSeconds, 999.5, 999.501);
    }

    [Fact]
    public void A_jump_moves_the_wall_clock_and_no_timer()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var clock = new SimulatedClock(process, TimeSpan.Zero, driftPpm: 0);
        var wait = process.Start(() => DelayAsync(clock, TimeSpan.FromSeconds(10)));
        process.After(TimeSpan.FromSeconds(1), _ => clock.Jump(TimeSpan.FromHours(1)));

        world.Run(wait);

        Assert.Equal(TimeSpan.FromSeconds(10).Ticks, world.Scheduler.Now);
        Assert.Equal(SimulatedClock.Beginning.AddHours(1).AddSeconds(10), clock.GetUtcNow());
    }

    [Fact]
    public void A_suspended_clock_makes_its_timers_late()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var clock = new SimulatedClock(process, TimeSpan.Zero, driftPpm: 0);
        var wait = process.Start(() => DelayAsync(clock, TimeSpan.FromSeconds(10)));
        process.After(TimeSpan.FromSeconds(8), _ => clock.Suspend(TimeSpan.FromSeconds(7)));

        world.Run(wait);

        Assert.Equal(TimeSpan.FromSeconds(17).Ticks, world.Scheduler.Now);
    }

    [Fact]
    public void A_timer_that_is_disposed_does_not_move_the_time()
    {
        var world = new SmallWorld();
        var clock = new SimulatedClock(world.Process(), TimeSpan.Zero, driftPpm: 0);

        clock.CreateTimer(_ => Assert.Fail("It was disposed."), null, TimeSpan.FromSeconds(1), TimeSpan.Zero).Dispose();
        world.RunAll();

        Assert.Equal(0, world.Scheduler.Now);
    }

    [Fact]
    public void A_periodic_timer_fires_again_and_again()
    {
        var world = new SmallWorld();
        var clock = new SimulatedClock(world.Process(), TimeSpan.Zero, driftPpm: 0);
        var fired = new List<double>();
        ITimer? timer = null;
        timer = clock.CreateTimer(Fire, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        world.RunAll();

        Assert.Equal([1, 3, 5], fired);
        void Fire(object? state)
        {
            fired.Add(TimeSpan.FromTicks(world.Scheduler.Now).TotalSeconds);
            if (fired.Count == 3)
            {
                timer!.Dispose();
            }
        }
    }

    private static async ValueTask<bool> DelayAsync(TimeProvider clock, TimeSpan time)
    {
        await Task.Delay(time, clock, TestContext.Current.CancellationToken);
        return true;
    }
}
