using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupRowsTests
{
    private const int PartitionsEach = GroupLimits.PartitionsMax / GroupLimits.TopicsMax;

    [Fact]
    public void The_row_of_the_largest_group_fits_into_the_table()
    {
        var name = new string('\u20ac', 33);
        var (members, bytes) = (new List<GroupMember>(), 0);
        while (members.Count < GroupLimits.InstancesMax
            && (bytes += GroupLimits.MemberBytes + 100) <= GroupLimits.MembersBytesMax)
        {
            members.Add(new GroupMember(
                Some.Id($"{name}{members.Count % 10}"[..34] + members.Count),
                members.Count,
                members.Count < 8 ? Wish(members.Count) : members[^8].Subscription,
                TimeSpan.FromDays(1),
                int.MaxValue,
                int.MaxValue)
            {
                Assignor = AssignorNames.CooperativeSticky,
                RevokingSince = Some.Noon,
            });
        }

        var topics = Enumerable.Range(0, GroupLimits.TopicsMax).Select(at => Share(at, members.Count));
        var state = new GroupState(
            int.MaxValue,
            int.MaxValue,
            topics.ToImmutableSortedDictionary(static one => one.Topic.Name.Value, static one => one),
            members.ToImmutableSortedDictionary(static one => one.Id, static one => one));

        var row = GroupRows.Encode(state);

        Assert.True(members.Count > 900);
        Assert.InRange(row.Length, TableLimits.RowBytesMax / 2, TableLimits.RowBytesMax);
        var read = GroupRows.Decode(new TableRow("group", row, new RowVersion("1"), Some.Noon));
        Assert.Equal(row, GroupRows.Encode(read));
    }

    [Fact]
    public void The_row_of_the_largest_member_fits_into_the_table()
    {
        var assignment = Enumerable.Range(0, GroupLimits.TopicsMax).SelectMany(topic =>
            Enumerable.Range(0, PartitionsEach).Select(partition => KeyValuePair.Create(
                new TopicPartition(Name(topic), partition), new AssignedPartition(Life(topic), long.MaxValue - 1, true))));
        var stamps = Enumerable.Repeat(long.MinValue, ConsumerInstance.StampsMax).ToImmutableArray();
        var instance = new ConsumerInstance(
            Some.Id(new string('i', InstanceId.BytesMax)),
            Some.Settings(),
            Subscription.None.Instance,
            assignment.ToImmutableSortedDictionary(),
            stamps,
            Some.Noon);

        var row = GroupRows.Encode(instance);

        Assert.InRange(row.Length, TableLimits.RowBytesMax / 4, TableLimits.RowBytesMax);
        var read = GroupRows.DecodeInstance(new TableRow("i", row, new RowVersion("1"), Some.Noon), GroupState.Empty);
        Assert.Equal(row, GroupRows.Encode(read));
    }

    private static Subscription.Topics Wish(int number) => new(
        [.. Enumerable.Range(number * 24, 24).Select(Name)]);

    private static TopicName Name(int number) => Some.Name($"{number:D3}{new string('x', TopicName.LengthMax - 3)}");

    private static TopicId Life(int number) => new((UInt128)(uint)number << 24);

    // No two neighbours of one member, and no owner who should be it.
    private static TopicShare Share(int number, int members)
    {
        var topic = new GroupTopic(Name(number), Life(number), PartitionsEach, Some.Noon);
        return new TopicShare(
            topic,
            [.. Enumerable.Range(0, PartitionsEach).Select(at => members - 1 - (at % 2))],
            [.. Enumerable.Range(0, PartitionsEach).Select(at => members - 3 - (at % 2))]);
    }
}
