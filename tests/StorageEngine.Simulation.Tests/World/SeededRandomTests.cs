using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.World;

public sealed class SeededRandomTests
{
    // Written down once: a seed that is kept must mean the same on every machine and runtime.
    [Fact]
    public void A_seed_gives_the_same_numbers_everywhere()
    {
        var random = new SeededRandom(42);

        Assert.Equal([83, 378, 680], new[] { random.Next(1_000), random.Next(1_000), random.Next(1_000) });
        Assert.Equal(8528787054591062096, random.NextInt64());
    }

    [Fact]
    public void A_fork_does_not_depend_on_what_was_drawn_before()
    {
        var (fresh, used) = (new SeededRandom(7), new SeededRandom(7));
        used.Next();

        Assert.Equal(fresh.Fork("faults", 3).NextInt64(), used.Fork("faults", 3).NextInt64());
        Assert.NotEqual(fresh.Fork("faults", 3).NextInt64(), fresh.Fork("faults", 4).NextInt64());
        Assert.NotEqual(fresh.Fork("faults", 3).NextInt64(), fresh.Fork("clients", 3).NextInt64());
    }

    [Fact]
    public void Draws_keep_within_their_bounds_and_reach_them()
    {
        var random = new SeededRandom(1);
        var drawn = Enumerable.Range(0, 1_000).Select(_ => random.Next(3, 7)).Distinct().Order();

        Assert.Equal([3, 4, 5, 6], drawn);
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.InRange(random.NextDouble(), 0, 0.999_999_999_999_999_9));
        Assert.All(
            Enumerable.Range(0, 1_000),
            _ => Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1));
    }
}
