namespace Serverless.StorageEngine.Simulation.Tests.World;

public sealed class ProcessTests
{
    [Fact]
    public void A_frozen_process_runs_nothing_until_it_goes_on()
    {
        var world = new SmallWorld();
        var (process, other) = (world.Process(), world.Process());
        var ranAt = TimeSpan.Zero;
        process.After(TimeSpan.FromSeconds(1), _ => ranAt = TimeSpan.FromTicks(world.Scheduler.Now));
        other.After(TimeSpan.FromSeconds(5), _ => process.Thaw());

        process.Freeze();
        world.RunAll();

        Assert.Equal(TimeSpan.FromSeconds(5), ranAt);
    }

    [Fact]
    public void A_freeze_can_begin_behind_any_callback()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var (ran, frozen) = (0, 0);
        process.FreezeAfter(3, () => frozen = ran);

        for (var number = 0; number < 10; number++)
        {
            process.Post(_ => ran++, null);
        }

        world.RunAll();
        Assert.Equal((3, 3), (ran, frozen));

        process.Thaw();
        world.RunAll();
        Assert.Equal(10, ran);
    }

    [Fact]
    public void Nothing_of_a_killed_process_ever_runs()
    {
        var world = new SmallWorld();
        var process = world.Process();
        var ran = false;
        process.Post(_ => ran = true, null);
        process.After(TimeSpan.FromSeconds(1), _ => ran = true);

        process.Kill();
        process.Post(_ => ran = true, null);
        process.Thaw();
        world.RunAll();

        Assert.False(ran);
        Assert.Equal(0, world.Scheduler.Now);
    }

    [Fact]
    public async Task A_fault_inside_a_process_reaches_who_awaits_it()
    {
        var world = new SmallWorld();

        var work = world.Process().Start<int>(() => throw new InvalidDataException("broken"));
        world.Run(work);

        await Assert.ThrowsAsync<InvalidDataException>(() => work);
    }
}
