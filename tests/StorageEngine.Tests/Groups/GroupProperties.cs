using CsCheck;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupProperties
{
    [Fact]
    public void Every_partition_of_a_subscribed_topic_has_exactly_one_owner_and_the_generation_never_falls() =>
        Steps.Array[0, 40].Sample(steps =>
        {
            var (group, now) = (GroupState.Empty, 0.0);
            int[] partitions = [1, 3, 5];
            foreach (var (kind, instance, topic, seconds) in steps)
            {
                now += seconds;
                partitions[topic] += kind == 5 ? 1 : 0;
                var topics = Topics(partitions);

                var settled = GroupMachine.Settle(group, topics, Some.At(now), Some.Timeout);
                Check(settled, topics);
                var decision = settled.Decide(Request(kind, instance, topic), topics, now);
                var next = decision is GroupDecision.Accepted accepted ? accepted.Next : settled;

                Check(next, topics);
                Assert.True(next.Generation >= settled.Generation && settled.Generation >= group.Generation);
                Assert.Same(next, GroupMachine.Settle(next, topics, Some.At(now), Some.Timeout));
                group = next;
            }
        });

    private static Gen<(int Kind, string Instance, int Topic, int Seconds)> Steps { get; } =
        Gen.Select(Gen.Int[0, 5], Gen.Char['a', 'd'].Select(c => $"{c}"), Gen.Int[0, 2], Gen.Int[0, 200]);

    private static Topic[] Topics(int[] partitions) =>
        [.. partitions.Select((count, index) => Some.Topic($"t{index}", count))];

    private static GroupRequest Request(int kind, string instance, int topic) => kind switch
    {
        0 => new GroupRequest.Create(Some.Id(instance), Some.Settings(), 0),
        1 => new GroupRequest.Leave(Some.Id(instance)),
        2 => new GroupRequest.Subscribe(Some.Id(instance), Some.Topics($"t{topic}", "t0")),
        3 => new GroupRequest.Subscribe(Some.Id(instance), Some.Pattern($"t[0-{topic}]")),
        4 => new GroupRequest.Subscribe(Some.Id(instance), Subscription.None.Instance),
        _ => new GroupRequest.Touch(Some.Id(instance)),
    };

    private static void Check(GroupState group, IEnumerable<Topic> topics)
    {
        foreach (var topic in topics)
        {
            var subscribed = group.Instances.Values.Any(one => one.Subscription.Wants(topic.Name));
            for (var partition = 0; partition < topic.PartitionCount; partition++)
            {
                var owners = group.Instances.Values.Count(one => one.Owns(Some.Partition(topic.Name.Value, partition)));
                Assert.Equal(subscribed ? 1 : 0, owners);
            }
        }
    }
}
