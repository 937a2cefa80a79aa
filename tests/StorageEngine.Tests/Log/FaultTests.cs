using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>
/// Several nodes write one partition while storage loses requests and answers, refuses, and delays: also so long that a
/// write arrives when its sender has given up.
/// </summary>
public sealed class FaultTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Acknowledged_is_stored_once_at_its_offset_and_failed_is_not_stored(int seed)
    {
        using var world = new LogWorld();
        var topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));
        var random = new Random(seed);
        var rate = random.NextDouble() * 0.3;
        world.Segments.Interception.Before = call => FaultAsync(world, random, rate, call, before: true);
        world.Segments.Interception.After = call => FaultAsync(world, random, rate, call, before: false);
        world.Tables.Interception.Before = call => FaultAsync(world, random, rate, call, before: true);
        world.Tables.Interception.After = call => FaultAsync(world, random, rate, call, before: false);
        var nodes = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => world.StartNode()).ToArray();

        var writers = Enumerable.Range(0, 8).Select(writer =>
            world.Start(() => WriteAsync(world, nodes[writer % nodes.Length], topic, $"{writer}", random)));
        var history = (await world.Finish(Task.WhenAll(writers))).SelectMany(written => written).ToArray();

        (world.Segments.Interception.Before, world.Segments.Interception.After) = (null, null);
        (world.Tables.Interception.Before, world.Tables.Interception.After) = (null, null);
        var log = await world.ReadAll(world.StartNode(), topic);
        Assert.Equal(log.Length, log.Distinct().Count());
        foreach (var (value, offset, failed) in history)
        {
            Assert.True(offset is null || log[offset.Value] == value, $"seed {seed}: {value} is not at {offset}");
            Assert.False(failed && log.Contains(value), $"seed {seed}: {value} failed but is there");
        }

        foreach (var node in nodes)
        {
            var seen = await world.ReadAll(node, topic);
            Assert.Equal(log, seen);
        }
    }

    private static async ValueTask<List<(string Value, long? Offset, bool Failed)>> WriteAsync(
        LogWorld world, EventLog node, Topic topic, string name, Random random)
    {
        var written = new List<(string, long?, bool)>();
        for (var number = 0; number < 25; number++)
        {
            var value = $"{name}-{number}".PadRight(1 + random.Next(1_500), '.');
            try
            {
                var outcome = await node.AppendAsync(topic, 0, LogWorld.BatchOf(value), CancellationToken.None);
                written.Add((value, Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset, false));
            }
            catch (StorageUnavailableException)
            {
                written.Add((value, null, true));
            }
            catch (StorageOutcomeUnknownException)
            {
                written.Add((value, null, false));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)), world.Time);
        }

        return written;
    }

    private static async ValueTask FaultAsync(LogWorld world, Random random, double rate, StorageCall call, bool before)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 10)), world.Time);
        if (random.NextDouble() >= rate)
        {
            return;
        }

        switch (random.Next(4))
        {
            case 0:
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20_000)), world.Time);
                break;
            case 1 when call.Writes:
                throw new StorageOutcomeUnknownException("connection reset");
            case 2 when before:
                throw new StorageUnavailableException("busy");
        }
    }
}
