using CsCheck;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupProperties
{
    [Fact]
    public void Whatever_members_do_no_partition_has_two_owners_and_no_epoch_falls() =>
        Histories.Sample(steps =>
        {
            var (group, now) = (GroupDraft.Empty, 0.0);
            int[] partitions = [1, 3, 5];
            foreach (var (kind, member, topic, seconds) in steps)
            {
                now += seconds;
                partitions[topic] += kind == 9 ? 1 : 0;
                var topics = Topics(partitions);

                var decision = group.Decide(Request(kind, member, topic), topics, now);
                var next = decision is GroupDecision.Accepted accepted ? accepted.Next : group.Settle(topics, now);

                CheckRows(next);
                CheckEpochs(group, next);
                Assert.Same(next, next.Settle(topics, now));
                group = next;
            }
        });

    [Fact]
    public void When_every_member_polls_twice_everyone_has_what_it_should_have() =>
        Histories.Sample(steps =>
        {
            var (group, now) = (GroupDraft.Empty, 0.0);
            foreach (var (kind, member, topic, seconds) in steps)
            {
                now += seconds;
                group = group.Decide(Request(kind, member, topic), Topics([1, 3, 5]), now) is GroupDecision.Accepted some
                    ? some.Next
                    : group;
            }

            for (var round = 0; round < 2; round++)
            {
                foreach (var id in group.State.Members.Keys)
                {
                    group = group.Decide(Speaking(group, id), Topics([1, 3, 5]), now) is GroupDecision.Accepted some
                        ? some.Next
                        : group.Settle(Topics([1, 3, 5]), now);
                }
            }

            Assert.All(group.State.Topics.Values, static share => Assert.Equal(share.Target, share.Owners));
            Assert.All(group.State.Topics.Values, static share => Assert.DoesNotContain(TopicShare.Nobody, share.Owners));
        });

    private static Gen<(int Kind, string Member, int Topic, int Seconds)[]> Histories { get; } =
        Gen.Select(Gen.Int[0, 9], Gen.Char['a', 'd'].Select(c => $"{c}"), Gen.Int[0, 2], Gen.Int[0, 90]).Array[0, 60];

    // A read, or the heartbeat of a client that has given up what it should.
    private static GroupRequest Speaking(GroupDraft group, InstanceId id) =>
        group.State.Members.GetValueOrDefault(id) is { Heartbeats: true } member
            ? new GroupRequest.Heartbeat(id, member.Epoch, Some.Settings(), Some.Timeout)
            {
                Owned = [.. group.Shown(id)!.Assignment.Keys],
            }
            : new GroupRequest.Poll(id);

    private static Topic[] Topics(int[] partitions) =>
        [.. partitions.Select((count, index) => Some.Topic($"t{index}", count))];

    private static GroupRequest Request(int kind, string member, int topic) => kind switch
    {
        0 => new GroupRequest.Create(
            Some.Id(member), Some.Settings() with { Assignor = AssignorNames.All[topic] }, Some.Timeout, 0),
        1 => new GroupRequest.Leave(Some.Id(member)),
        2 => new GroupRequest.Subscribe(Some.Id(member), Some.Topics($"t{topic}", "t0")),
        3 => new GroupRequest.Subscribe(Some.Id(member), Some.Pattern($"t[0-{topic}]")),
        4 => new GroupRequest.Subscribe(Some.Id(member), Subscription.None.Instance),
        5 => new GroupRequest.Heartbeat(Some.Id(member), topic, Some.Settings(), Some.Timeout)
        {
            Subscription = Some.Topics("t1", "t2"),
            Owned = [],
        },
        6 => new GroupRequest.Touch(Some.Id(member)),
        _ => new GroupRequest.Poll(Some.Id(member)),
    };

    // The rows of members name what the group's row says that they have, and nothing else of a living topic.
    private static void CheckRows(GroupDraft group)
    {
        var owners = new Dictionary<TopicPartition, InstanceId>();
        foreach (var (id, instance) in group.Instances)
        {
            var shared = instance.Assignment.Where(one => one.Value.Topic == group.LifeOf(one.Key)).ToList();
            foreach (var partition in shared.Select(static one => one.Key))
            {
                Assert.True(owners.TryAdd(partition, id), $"{partition} belongs to {id} and {owners[partition]}");
                Assert.Equal(id, group.State.OwnerOf(partition)?.Id);
            }
        }

        var owned = group.State.Topics.Values.Sum(
            static share => share.Owners.Count(static one => one != TopicShare.Nobody));
        Assert.Equal(owned, owners.Count);
    }

    private static void CheckEpochs(GroupDraft before, GroupDraft after)
    {
        Assert.True(after.State.Epoch >= before.State.Epoch);
        Assert.Equal(after.State.Epoch, after.State.AssignmentEpoch);
        foreach (var (id, member) in after.State.Members)
        {
            Assert.True(member.Epoch >= (before.State.Members.GetValueOrDefault(id)?.Epoch ?? 0));
        }
    }
}
