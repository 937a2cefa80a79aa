using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>Several keepers at once, killed anywhere, frozen and late, with readers beside them.</summary>
public sealed class KeeperRaceTests
{
    private const int Records = 45;

    private static readonly (string, string?)[] Deleting =
        [("segment.bytes", "16384"), ("retention.ms", "60000"), ("file.delete.delay.ms", "1000")];

    private static readonly (string, string?)[] Copying =
    [
        ("segment.bytes", "40000"), ("retention.ms", "-1"), ("local.retention.ms", "1000"),
        ("file.delete.delay.ms", "1000"),
    ];

    private static readonly (string, string?)[] Compacting =
        [("segment.bytes", "16384"), ("cleanup.policy", "compact"), ("file.delete.delay.ms", "1000")];

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Policies => ["delete", "copy", "compact"];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_keeper_that_is_killed_at_any_call_of_storage_leaves_what_the_next_one_completes(string policy)
    {
        for (var (call, killed) = (1, true); killed; call++)
        {
            using var world = new KeeperWorld();
            var (topic, expected) = await PrepareAsync(world, policy);
            killed = await KillAtAsync(world, call);
            var node = world.StartNode();
            Assert.Subset(
                (await world.ReadOffsets(node, topic)).ToHashSet(), expected.ToHashSet());
            await SettleAsync(world, node);

            Assert.Equal(expected, await world.ReadOffsets(world.StartNode(), topic));
            await world.CheckNothingIsLostOrForgotten(topic);
            Assert.Empty((await world.Rows(topic)).Discards);
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_keeper_that_sleeps_at_any_write_and_wakes_when_others_are_done_does_no_harm(string policy)
    {
        for (var (call, slept) = (1, true); slept; call++)
        {
            using var world = new KeeperWorld();
            var (topic, expected) = await PrepareAsync(world, policy);
            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sleeper = world.StartNode();
            var calls = 0;
            slept = false;
            Intercept(world, one =>
            {
                if (!one.Writes || ++calls != call)
                {
                    return ValueTask.CompletedTask;
                }

                slept = true;
                Intercept(world, null);
                return new ValueTask(release.Task);
            });
            var sleeping = world.Start(() => sleeper.Keeper.RunAsync(None));
            var other = world.StartNode();
            await SettleAsync(world, other);
            Intercept(world, null);
            Assert.Equal(expected, await world.ReadOffsets(other, topic));

            release.SetResult();
            await world.Finish(sleeping);
            await SettleAsync(world, other);

            Assert.Equal(expected, await world.ReadOffsets(world.StartNode(), topic));
            await world.CheckNothingIsLostOrForgotten(topic);
            Assert.Empty((await world.Rows(topic)).Discards);
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Keepers_at_once_that_lose_answers_keep_all_that_is_to_be_kept_and_nothing_else(string policy)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var world = new KeeperWorld();
            var (topic, expected) = await PrepareAsync(world, policy);
            var (random, reader) = (new Random(seed), world.StartNode());
            world.Tables.Interception.After = _ => LoseSome(random);
            world.Segments.Interception.After = _ => LoseSome(random);
            Task<KeeperOutcome>[] runs =
            [
                .. Enumerable.Range(0, 3)
                    .Select(_ => world.StartNode(new KeeperSettings { LeaseDuration = TimeSpan.Zero }))
                    .Select(node => world.Start(() => node.Keeper.RunAsync(None))),
            ];
            foreach (var run in runs)
            {
                try
                {
                    await world.Finish(run);
                }
                catch (Exception exception) when (exception
                    is StorageUnavailableException or StorageOutcomeUnknownException)
                {
                    // It could not say what it did.
                }
            }

            (world.Tables.Interception.After, world.Segments.Interception.After) = (null, null);
            await SettleAsync(world, reader);

            Assert.Equal(expected, await world.ReadOffsets(reader, topic));
            await world.CheckNothingIsLostOrForgotten(topic);
            Assert.Empty((await world.Rows(topic)).Discards);
        }
    }

    [Fact]
    public async Task A_topic_that_another_node_is_at_is_left_to_it_until_it_has_been_silent_for_a_minute()
    {
        using var world = new KeeperWorld();
        var (topic, _) = await PrepareAsync(world, "delete");
        var (sleeper, other) = (world.StartNode(), world.StartNode());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Tables.Interception.Before = call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction && call.Target != "keeper")
            {
                world.Tables.Interception.Before = null;
                return new ValueTask(release.Task);
            }

            return ValueTask.CompletedTask;
        };
        var sleeping = world.Start(() => sleeper.Keeper.RunAsync(None));

        var first = await world.Keep(other);
        Assert.Equal((0, 1), (first.TopicsKept, first.TopicsHeld));
        world.Pass(TimeSpan.FromMinutes(1));
        var second = await world.Keep(other);
        Assert.Equal((1, 0), (second.TopicsKept, second.TopicsHeld));

        release.SetResult();
        var outcome = Assert.IsType<KeeperOutcome.Ran>(await world.Finish(sleeping));
        Assert.Equal(0, outcome.Report.Did.SegmentsRetired);
        Assert.Equal(45, (await world.Offsets(other, topic)).LogStartOffset);
    }

    [Fact]
    public async Task A_copy_that_is_finished_when_its_topic_is_deleted_leaves_no_bytes()
    {
        using var world = new KeeperWorld();
        var (topic, _) = await PrepareAsync(world, "copy");
        var (sleeper, other) = (world.StartNode(), world.StartNode());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Segments.Interception.Before = call =>
        {
            if (call.Operation != StorageOperation.CommitSegment)
            {
                return ValueTask.CompletedTask;
            }

            world.Segments.Interception.Before = null;
            return new ValueTask(release.Task);
        };
        var sleeping = world.Start(() => sleeper.Keeper.RunAsync(None));

        Assert.Equal(TopicDeletion.Deleted, await world.Run(() => other.Topics.DeleteAsync(topic.Name, None)));
        Assert.False(sleeping.IsCompleted);
        release.SetResult();
        await world.Finish(sleeping);

        Assert.Empty(await world.StoredSegments());
    }

    [Fact]
    public async Task A_node_is_at_one_run_at_a_time()
    {
        using var world = new KeeperWorld();
        await PrepareAsync(world, "delete");
        var node = world.StartNode();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Tables.Interception.Before = _ => new ValueTask(release.Task);
        var running = world.Start(() => node.Keeper.RunAsync(None));

        var second = world.Start(() => node.Keeper.RunAsync(None));
        release.SetResult();

        Assert.IsType<KeeperOutcome.UnderWay>(await world.Finish(second));
        Assert.IsType<KeeperOutcome.Ran>(await world.Finish(running));
        Assert.IsType<KeeperOutcome.Ran>(await world.Run(() => node.Keeper.RunAsync(None)));
    }

    // A log with something to do, and the offsets that are left when it is done.
    private static async Task<(Topic Topic, long[] Expected)> PrepareAsync(KeeperWorld world, string policy)
    {
        var node = world.StartNode();
        var topic = await world.Create(node, settings: policy switch
        {
            "delete" => Deleting,
            "copy" => Copying,
            _ => Compacting,
        });
        await world.Append(node, topic, Records);
        world.Pass(TimeSpan.FromSeconds(61));
        var last = (await world.Rows(topic)).Segments[^1].Row.NextOffset;
        long[] all = [.. Enumerable.Range(0, Records)];
        return (topic, policy switch
        {
            "delete" => [],
            "copy" => all,
            _ => [.. all.Where(offset => offset >= last - 5)],
        });
    }

    private static async Task<bool> KillAtAsync(KeeperWorld world, int call)
    {
        var (calls, killed) = (0, false);
        Intercept(world, _ =>
        {
            killed |= ++calls >= call;
            return killed ? throw new KilledException() : ValueTask.CompletedTask;
        });
        try
        {
            await world.Keep(world.StartNode());
        }
        catch (KilledException)
        {
            // That is what was asked for.
        }

        Intercept(world, null);
        return killed;
    }

    // Runs of a node that lives, over a time in which everything that waits becomes due.
    private static async Task SettleAsync(KeeperWorld world, KeeperNode node)
    {
        foreach (var wait in new[] { 0, 5, 3_700, 5 })
        {
            world.Pass(TimeSpan.FromSeconds(wait));
            await world.Keep(node);
        }
    }

    private static void Intercept(KeeperWorld world, Func<StorageCall, ValueTask>? before) =>
        (world.Tables.Interception.Before, world.Segments.Interception.Before) = (before, before);

    private static ValueTask LoseSome(Random random) => random.Next(12) == 0
        ? throw new StorageOutcomeUnknownException("The answer was lost.")
        : ValueTask.CompletedTask;
}
