using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Short words for the values that group tests speak of.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static StorageInstant At(double secondsAfterNoon) =>
        new(Noon.AddSeconds(secondsAfterNoon), Noon.AddSeconds(secondsAfterNoon));

    public static InstanceId Id(string text) =>
        InstanceId.TryParse(text, out var id, out var problem) ? id : throw new ArgumentException(problem);

    public static GroupId Group(string text) =>
        GroupId.TryParse(text, out var id, out var problem) ? id : throw new ArgumentException(problem);

    public static TopicName Name(string text) =>
        TopicName.TryParse(text, out var name, out var problem) ? name : throw new ArgumentException(problem);

    public static TopicPartition Partition(string topic, int partition) => new(Name(topic), partition);

    public static Topic Topic(string name, int partitions, int life = 1) => new(
        Name(name), new TopicId((UInt128)(uint)life << 24), partitions, TopicConfig.Default, Noon.AddDays(life));

    public static Subscription Topics(params string[] names) => new Subscription.Topics([.. names.Select(Name)]);

    public static Subscription Pattern(string text) =>
        TopicPattern.TryParse(text, out var pattern, out var problem)
            ? new Subscription.Matching(pattern)
            : throw new ArgumentException(problem);

    public static Subscription Chosen(params TopicPartition[] partitions) =>
        new Subscription.Assigned([.. partitions]);

    public static InstanceSettings Settings(
        bool autoCommit = false, AutoOffsetReset reset = AutoOffsetReset.Earliest) =>
        new("binary", reset, autoCommit, TimeSpan.FromSeconds(1)) { Assignor = AssignorNames.Range };

    public static Joining Instance(string id, Subscription subscription, double seenSecondsAfterNoon = 0) =>
        new(id, subscription, seenSecondsAfterNoon);

    /// <summary>A group of the given members, in which each has what it should have.</summary>
    public static GroupDraft Settled(IReadOnlyCollection<Topic> topics, params ReadOnlySpan<Joining> joining)
    {
        var group = GroupDraft.Empty;
        foreach (var member in joining)
        {
            group = group.With(member, topics);
        }

        // Everyone gives up, then everyone takes.
        for (var round = 0; round < 2; round++)
        {
            foreach (var member in joining)
            {
                group = group.Decide(new GroupRequest.Poll(Id(member.Id)), topics, member.SeenSecondsAfterNoon).Accepted();
            }
        }

        return group;
    }

    /// <summary>The group with one more member, which takes what is free.</summary>
    public static GroupDraft With(this GroupDraft group, Joining member, IReadOnlyCollection<Topic> topics)
    {
        var id = Id(member.Id);
        var created = group.Decide(
            new GroupRequest.Create(id, member.Settings, Timeout, 0), topics, member.SeenSecondsAfterNoon).Accepted();
        return created.Decide(
            new GroupRequest.Subscribe(id, member.Subscription), topics, member.SeenSecondsAfterNoon).Accepted();
    }

    public static string Owned(this GroupDraft group, string member) =>
        string.Join(' ', group.Shown(Id(member))!.Assignment.Keys);

    public static GroupDraft Settle(
        this GroupDraft group, IReadOnlyCollection<Topic> topics, double secondsAfterNoon) =>
        GroupMachine.Settle(group, topics, At(secondsAfterNoon), new GroupSettings());

    /// <summary>Settles the group and decides one request.</summary>
    public static GroupDecision Decide(
        this GroupDraft group, GroupRequest request, IReadOnlyCollection<Topic> topics, double secondsAfterNoon = 0) =>
        Decide(group, request, topics, At(secondsAfterNoon));

    public static GroupDecision Decide(
        this GroupDraft group, GroupRequest request, IReadOnlyCollection<Topic> topics, StorageInstant now)
    {
        var settled = GroupMachine.Settle(group, topics, now, new GroupSettings());
        var plan = GroupMachine.Decide(group, settled, [request], topics, now);
        var decision = Assert.Single(plan.Decisions);
        return decision is GroupDecision.Accepted accepted ? accepted with { Next = plan.Next } : decision;
    }

    public static GroupDraft Accepted(this GroupDecision decision) =>
        Assert.IsType<GroupDecision.Accepted>(decision).Next;

    public static GroupError Refused(this GroupDecision decision) =>
        Assert.IsType<GroupDecision.Refused>(decision).Error;
}
