using System.Globalization;
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
    // A mutation run asks every test about every mutant and sets this to less.
    private static readonly int SeedCount = int.TryParse(
        Environment.GetEnvironmentVariable("FAULT_TEST_SEEDS"), CultureInfo.InvariantCulture, out var count) ? count : 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, SeedCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_an_idempotent_producer_repeats_until_it_is_acknowledged_is_stored_once_and_in_order(int seed)
    {
        using var world = new LogWorld();
        var topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));
        var random = new Random(seed);
        Disturb(world, random);
        var nodes = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => world.StartNode()).ToArray();

        var producers = Enumerable.Range(0, 6).Select(producer =>
            world.Start(() => RepeatAsync(world, nodes, topic, producer, keyed: producer % 2 == 1, random)));
        var answers = await world.Finish(Task.WhenAll(producers));

        Calm(world);
        var log = await world.ReadAll(world.StartNode(), topic);
        for (var producer = 0; producer < answers.Length; producer++)
        {
            var own = log.Where(value => value.StartsWith($"{producer}-", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 40).Select(number => $"{producer}-{number}"), own);
            Assert.All(answers[producer], answer => Assert.Equal(answer.Value, log[answer.Offset]));
        }
    }

    // Each batch goes to any node, and again to any node until one of them says that it is stored: also while an
    // earlier try is still under way, because its client lost patience.
    private static async ValueTask<List<(string Value, int Offset)>> RepeatAsync(
        LogWorld world, EventLog[] nodes, Topic topic, int producer, bool keyed, Random random)
    {
        var answers = new List<(string, int)>();
        for (var number = 0; number < 40; number += 2)
        {
            string[] values = [$"{producer}-{number}", $"{producer}-{number + 1}"];
            var key = new AppendConditions { Request = RequestKey.Of(topic.Id, $"{producer}", number) };
            for (var isStored = false; !isStored;)
            {
                var batch = keyed ? LogWorld.BatchOf(values) : LogWorld.BatchBy(producer, 0, number, values);
                var node = nodes[random.Next(nodes.Length)];
                using var patience = new CancellationTokenSource(
                    TimeSpan.FromMilliseconds(random.Next(1, 30_000)), world.Time);
                try
                {
                    var outcome = await node.AppendAsync(
                        topic, 0, batch, keyed ? key : AppendConditions.None, patience.Token);
                    var offset = (int)Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset;
                    answers.AddRange([(values[0], offset), (values[1], offset + 1)]);
                    isStored = true;
                }
                catch (Exception fault) when (
                    fault is StorageUnavailableException or StorageOutcomeUnknownException or OperationCanceledException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500)), world.Time);
                }
            }
        }

        return answers;
    }

    private static void Disturb(LogWorld world, Random random)
    {
        var rate = random.NextDouble() * 0.3;
        world.Segments.Interception.Before = call => FaultAsync(world, random, rate, call, before: true);
        world.Segments.Interception.After = call => FaultAsync(world, random, rate, call, before: false);
        world.Tables.Interception.Before = call => FaultAsync(world, random, rate, call, before: true);
        world.Tables.Interception.After = call => FaultAsync(world, random, rate, call, before: false);
    }

    private static void Calm(LogWorld world)
    {
        (world.Segments.Interception.Before, world.Segments.Interception.After) = (null, null);
        (world.Tables.Interception.Before, world.Tables.Interception.After) = (null, null);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Acknowledged_is_stored_once_at_its_offset_and_failed_is_not_stored(int seed)
    {
        using var world = new LogWorld();
        var topic = LogWorld.TopicOf(1, ("segment.bytes", "16384"));
        var random = new Random(seed);
        Disturb(world, random);
        var nodes = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => world.StartNode()).ToArray();

        var writers = Enumerable.Range(0, 8).Select(writer =>
            world.Start(() => WriteAsync(world, nodes[writer % nodes.Length], topic, $"{writer}", random)));
        var history = (await world.Finish(Task.WhenAll(writers))).SelectMany(written => written).ToArray();

        Calm(world);
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
