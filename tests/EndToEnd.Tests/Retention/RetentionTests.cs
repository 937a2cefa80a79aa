using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Retention;

/// <summary>What retention, trims, compaction and copies leave, as clients of two nodes over one store see it.</summary>
public abstract class RetentionTests
{
    private const int Records = 40;

    // No run but those that a test asks for.
    private static readonly string[] Quiet = ["--maintenance-interval-ms", "0"];

    private protected abstract Task<Place> OpenPlaceAsync();

    [Fact]
    public async Task By_size_the_oldest_segments_go_and_no_more_than_must()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        const int Kept = 3 * KeptTopic.SegmentBytes;
        await KeptTopic.CreateAsync(one, ("retention.bytes", Kept), ("remote.storage.enable", false));
        await KeptTopic.AppendAsync(one, 0, Records);
        var before = await KeptTopic.ReadAllAsync(two);

        await KeptTopic.MaintainAsync(two);

        var (start, end) = await KeptTopic.EndsAsync(one);
        Assert.InRange(start, 1, Records - 1);
        Assert.Equal(Records, end);
        Assert.InRange((await KeptTopic.StoredAsync(one)).Append, Kept, Kept + (2 * KeptTopic.SegmentBytes));
        Assert.Equal(before.Skip((int)start), await KeptTopic.ReadAllAsync(one));
        Assert.Equal(await KeptTopic.ReadAllAsync(one), await KeptTopic.ReadAllAsync(two));
        Assert.Equal((416, 416), (await KeptTopic.StatusAtAsync(one, start - 1), await KeptTopic.StatusAtAsync(two, 0)));
    }

    [Fact]
    public async Task By_time_all_that_is_too_old_goes_also_where_nobody_writes_any_more()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        await KeptTopic.CreateAsync(one, ("retention.ms", 3_000));
        await KeptTopic.AppendAsync(
            one, 0, Records, timestamp: DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds());

        // The active segment is looked at when even its first records may be too old.
        await KeptTopic.MaintainAsync(two);
        Assert.InRange((await KeptTopic.EndsAsync(one)).Start, Records - 8, Records);
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        await KeptTopic.MaintainAsync(two);

        Assert.Equal((Records, Records), await KeptTopic.EndsAsync(one));
        Assert.Equal(416, await KeptTopic.StatusAtAsync(one, Records - 1));
        var next = await KeptTopic.AppendAsync(one, Records, 1);
        Assert.Equal(Records, next[Records]);
        Assert.Equal([(Records, Records)], await KeptTopic.ReadAllAsync(two));
        Assert.InRange((await KeptTopic.StoredAsync(two)).Append, 1, KeptTopic.SegmentBytes);
    }

    [Fact]
    public async Task What_was_trimmed_is_gone_at_once_and_its_bytes_with_the_next_run()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        await KeptTopic.CreateAsync(one, ("remote.storage.enable", false));
        await KeptTopic.AppendAsync(one, 0, Records);
        var (stored, _) = await KeptTopic.StoredAsync(one);

        await KeptTopic.TrimAsync(two, 30);

        Assert.Equal(416, await KeptTopic.StatusAtAsync(two, 29));
        Assert.Equal(Enumerable.Range(30, 10), (await KeptTopic.ReadAllAsync(two)).Select(static one => one.Number));
        await KeptTopic.MaintainAsync(one);
        Assert.True((await KeptTopic.StoredAsync(one)).Append < stored / 2);
        Assert.Equal((30, Records), await KeptTopic.EndsAsync(one));
        Assert.Equal(416, await KeptTopic.StatusAtAsync(one, 29));
    }

    [Fact]
    public async Task A_compaction_keeps_the_last_value_of_each_key_at_its_offset()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        await KeptTopic.CreateAsync(one, ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", 0.01));
        var offsets = await KeptTopic.AppendAsync(one, 0, Records, keys: 4);

        await KeptTopic.MaintainAsync(two);

        // A node that has the old segments in memory may go on showing them.
        foreach (var node in new[] { two, await place.StartNodeAsync(Quiet) })
        {
            var left = await KeptTopic.ReadAllAsync(node);
            Assert.True(left.Count < Records / 2, $"{left.Count} are left.");
            Assert.All(left, record => Assert.Equal(offsets[record.Number], record.Offset));
            Assert.Equal(left.OrderBy(static record => record.Offset), left);
            Assert.Equal(
                Enumerable.Range(Records - 4, 4), left.Select(static record => record.Number).TakeLast(4));
        }

        var seen = await KeptTopic.ReadAllAsync(one);
        Assert.All(seen, record => Assert.Equal(offsets[record.Number], record.Offset));
        Assert.Equal(Enumerable.Range(Records - 4, 4), seen.Select(static record => record.Number).TakeLast(4));
    }

    [Fact]
    public async Task Sealed_segments_become_copies_and_readers_notice_nothing()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        await KeptTopic.CreateAsync(one, ("retention.ms", -1), ("local.retention.ms", 0));
        await KeptTopic.AppendAsync(one, 0, Records);
        var before = await KeptTopic.ReadAllAsync(one);

        await KeptTopic.MaintainAsync(two);

        var (appended, copied) = await KeptTopic.StoredAsync(one);
        Assert.True(copied > 0 && appended <= 2 * KeptTopic.SegmentBytes, $"{appended} and {copied} bytes are stored.");
        Assert.Equal(before, await KeptTopic.ReadAllAsync(one));
        Assert.Equal(before, await KeptTopic.ReadAllAsync(two));
    }

    [Fact]
    public async Task Records_in_a_shared_log_outlive_a_kill_and_become_copies_and_readers_notice_nothing()
    {
        await using var place = await OpenPlaceAsync();
        var (one, two) = (await place.StartNodeAsync(Quiet), await place.StartNodeAsync(Quiet));
        await KeptTopic.CreateAsync(
            one, ("log", "shared"), ("shared.segment.ms", 1_000), ("retention.ms", -1));
        await KeptTopic.AppendAsync(one, 0, Records);
        var before = await KeptTopic.ReadAllAsync(two);
        Assert.Equal(Enumerable.Range(0, Records), before.Select(static record => record.Number));
        await one.KillAsync();
        one = await place.StartNodeAsync(Quiet);
        Assert.Equal(before, await KeptTopic.ReadAllAsync(one));
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);

        await KeptTopic.MaintainAsync(two);

        Assert.True((await KeptTopic.StoredAsync(one)).Copy > 0);
        Assert.Equal(before, await KeptTopic.ReadAllAsync(one));
        Assert.Equal(before, await KeptTopic.ReadAllAsync(await place.StartNodeAsync(Quiet)));
        var next = await KeptTopic.AppendAsync(one, Records, 1);
        Assert.Equal(Records, next[Records]);
        Assert.Equal(Records + 1, (await KeptTopic.ReadAllAsync(two)).Count);
    }

    [Fact]
    public async Task A_node_that_is_killed_in_the_midst_of_maintenance_loses_nothing_that_was_acknowledged()
    {
        await using var place = await OpenPlaceAsync();
        var writer = await place.StartNodeAsync(Quiet);
        await KeptTopic.CreateAsync(writer, ("retention.ms", -1), ("local.retention.ms", 0));
        var (acknowledged, trimmed) = (new Dictionary<int, long>(), 0L);
        foreach (var round in Enumerable.Range(0, 4))
        {
            foreach (var (number, offset) in await KeptTopic.AppendAsync(writer, acknowledged.Count, 12))
            {
                acknowledged[number] = offset;
            }

            var keeper = await place.StartNodeAsync(Quiet);
            trimmed = Math.Max(0, acknowledged.Count - 26);
            await KeptTopic.TrimAsync(writer, trimmed);
            var run = keeper.Client.PostAsync("/api/v1/maintenance/run", null, TestContext.Current.CancellationToken);
            await Task.Delay(round * 20, TestContext.Current.CancellationToken);
            await keeper.KillAsync();
            await run.ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await MaintainBehindADeadNodeAsync(writer);

        Assert.Equal((trimmed, acknowledged.Count), await KeptTopic.EndsAsync(writer));
        Assert.Equal(
            acknowledged.Where(one => one.Value >= trimmed).Select(static one => (one.Value, one.Key)).Order(),
            await KeptTopic.ReadAllAsync(writer));
        Assert.True((await KeptTopic.StoredAsync(writer)).Copy > 0);
    }

    // The dead node's lease lasts for a minute; a topic that is held is no fault, and is passed over until then.
    private static async Task MaintainBehindADeadNodeAsync(HostProcess node)
    {
        for (var tries = 0; tries < 90; tries++)
        {
            using var response = await node.Client.PostAsync(
                "/api/v1/maintenance/run", null, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (text.Contains("\"topics_held\":0", StringComparison.Ordinal))
            {
                await KeptTopic.MaintainAsync(node);
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.Fail("The topic was held for 90 seconds.");
    }
}
