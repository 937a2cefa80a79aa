using System.Globalization;

namespace Serverless.Functions.Tests.V2;

public sealed class ConsumerGroupTests
{
    [Fact]
    public async Task An_instance_created_at_one_node_reads_at_another_and_commits_at_a_third()
    {
        await using var first = await V2Node.StartAsync();
        await using var second = await V2Node.StartAsync(beside: first);
        await using var third = await V2Node.StartAsync(beside: first);
        await first.Server.CreateTopicAsync("orders");
        await first.ProduceAsync("orders", 0, 3);

        await first.SubscribeAsync("c1", "\"orders\"", ",\"auto.commit.enable\":\"false\"");
        Assert.Equal("orders-0:0 orders-0:1 orders-0:2", await second.ReadAsync("c1"));
        (await third.PostAsync("/consumers/g/instances/c1/offsets")).Is(200, "[]");

        (await first.GetAsync("/consumers/g/instances/c1/offsets?topic=orders"))
            .Is(200, """{"offsets":[{"topic":"orders","partition":0,"offset":3,"metadata":""}]}""");
        Assert.Equal("", await first.ReadAsync("c1"));
    }

    [Fact]
    public async Task Two_instances_share_the_partitions_and_the_first_keeps_what_it_can()
    {
        await using var node = await V2Node.StartAsync();
        await using var other = await V2Node.StartAsync(beside: node);
        await node.Server.CreateTopicAsync("orders", 3);
        for (var partition = 0; partition < 3; partition++)
        {
            await node.ProduceAsync("orders", partition, 1);
        }

        await node.SubscribeAsync("a", "\"orders\"");
        await other.SubscribeAsync("b", "\"orders\"");

        Assert.Equal("orders-1:0 orders-2:0", await node.ReadAsync("a"));
        Assert.Equal("orders-0:0", await other.ReadAsync("b"));
    }

    [Fact]
    public async Task When_one_leaves_the_other_goes_on_where_it_had_committed()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        await node.SubscribeAsync("a", "\"orders\"");
        await node.SubscribeAsync("b", "\"orders\"");
        await node.ProduceAsync("orders", 1, 2);
        Assert.Equal("orders-1:0 orders-1:1", await node.ReadAsync("a"));
        await node.ProduceAsync("orders", 1, 1);

        (await node.SendAsync("DELETE", "/consumers/g/instances/a")).Is(204);

        Assert.Equal("orders-1:2", await node.ReadAsync("b"));
    }

    [Fact]
    public async Task What_an_instance_read_but_did_not_commit_before_it_fell_silent_is_read_again()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        await node.SubscribeAsync("a", "\"orders\"");
        await node.ProduceAsync("orders", 0, 2);
        Assert.Equal("orders-0:0", await node.ReadAsync("a", "max_bytes=1"));
        Assert.Equal("orders-0:1", await node.ReadAsync("a", "max_bytes=1"));
        node.Clock.Advance(TimeSpan.FromSeconds(200));
        await node.SubscribeAsync("b", "\"orders\"");
        Assert.Equal("", await node.ReadAsync("b"));

        node.Clock.Advance(TimeSpan.FromSeconds(101));

        Assert.Equal("orders-0:1", await node.ReadAsync("b"));
        (await node.GetAsync("/consumers/g/instances/a/records")).Refuses(404, 40403, "Consumer instance not found.");
    }

    [Fact]
    public async Task A_read_commits_all_that_the_read_before_it_returned_of_however_many_partitions()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 120);
        for (var partition = 0; partition < 120; partition++)
        {
            await node.ProduceAsync("orders", partition, 1);
        }

        await node.SubscribeAsync("a", "\"orders\"");
        for (var read = await node.ReadAsync("a"); read.Length > 0;)
        {
            var next = await node.ReadAsync("a");
            var committed = (await node.GetAsync("/consumers/g/instances/a/offsets?topic=orders")).Parsed["offsets"]!
                .AsArray()
                .Where(static one => one!["offset"]!.GetValue<long>() == 1)
                .Select(static one => $"orders-{one!["partition"]}:0");
            Assert.Empty(read.Split(' ').Except(committed));
            read = next;
        }
    }

    [Fact]
    public async Task An_instance_that_reads_lives_on()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("a", "\"orders\"");

        for (var minutes = 0; minutes < 12; minutes += 4)
        {
            node.Clock.Advance(TimeSpan.FromMinutes(4));
            Assert.Equal("", await node.ReadAsync("a"));
        }

        node.Clock.Advance(TimeSpan.FromMinutes(6));
        (await node.GetAsync("/consumers/g/instances/a/records")).Refuses(404, 40403, "Consumer instance not found.");
    }

    [Fact]
    public async Task Reads_of_one_instance_at_the_same_time_return_every_record_once()
    {
        await using var first = await V2Node.StartAsync();
        await using var second = await V2Node.StartAsync(beside: first);
        await first.Server.CreateTopicAsync("orders");
        await first.ProduceAsync("orders", 0, 40);
        await first.SubscribeAsync("a", "\"orders\"");

        var reads = await Task.WhenAll(Enumerable.Range(0, 4).Select(index =>
            (index % 2 == 0 ? first : second).ReadAsync("a", "max_bytes=10&timeout=1")));
        var rest = new List<string>();
        while (await first.ReadAsync("a", "max_bytes=10&timeout=1") is { Length: > 0 } more)
        {
            rest.Add(more);
        }

        var offsets = reads.Concat(rest)
            .SelectMany(static read => read.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static one => int.Parse(one.Split(':')[1], CultureInfo.InvariantCulture))
            .Order();
        Assert.Equal(Enumerable.Range(0, 40), offsets);
    }

    [Fact]
    public async Task The_offset_of_another_instances_partition_cannot_be_committed()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", 2);
        await node.SubscribeAsync("a", "\"orders\"");
        await node.SubscribeAsync("b", "\"orders\"");
        await node.ReadAsync("a");
        await node.ReadAsync("b");

        (await node.PostAsync(
                "/consumers/g/instances/a/offsets", """{"offsets":[{"topic":"orders","partition":0,"offset":5}]}"""))
            .Refuses(409, 40903, "Illegal state: Partition orders-0 belongs to another instance");
    }

    [Fact]
    public async Task Without_a_committed_offset_a_late_reader_starts_at_the_end_and_misses_nothing_after_it()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 2);
        await node.PostAsync("/consumers/g", """{"name":"a"}""");
        await node.PostAsync("/consumers/g/instances/a/subscription", """{"topics":["orders"]}""");
        Assert.Equal("", await node.ReadAsync("a"));

        await node.ProduceAsync("orders", 0, 1);

        Assert.Equal("orders-0:2", await node.ReadAsync("a"));
    }

    [Fact]
    public async Task Without_an_offset_and_without_a_reset_policy_a_read_is_refused()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.PostAsync("/consumers/g", """{"name":"a","auto.offset.reset":"none"}""");
        await node.PostAsync("/consumers/g/instances/a/subscription", """{"topics":["orders"]}""");

        (await node.GetAsync("/consumers/g/instances/a/records"))
            .Refuses(409, 40903, "Undefined offset with no reset policy for partitions: [orders-0]");
    }
}
