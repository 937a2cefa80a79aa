using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
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
        new("binary", reset, autoCommit, TimeSpan.FromSeconds(1));

    public static ConsumerInstance Instance(
        string id, Subscription subscription, double seenSecondsAfterNoon = 0) => new(
        Id(id),
        Settings(),
        subscription,
        ImmutableSortedDictionary<TopicPartition, AssignedPartition>.Empty,
        [],
        Noon.AddSeconds(seenSecondsAfterNoon));

    /// <summary>A settled group of the given instances.</summary>
    public static GroupState Settled(IReadOnlyCollection<Topic> topics, params ReadOnlySpan<ConsumerInstance> instances)
    {
        var state = GroupState.Empty;
        foreach (var instance in instances)
        {
            state = state.With(instance);
        }

        return GroupMachine.Settle(state, topics, At(0), Timeout);
    }

    public static string Owned(this GroupState state, string instance) =>
        string.Join(' ', state.Instances[Id(instance)].Assignment.Keys);

    public static GroupDecision Decide(
        this GroupState state, GroupRequest request, IReadOnlyCollection<Topic> topics, double secondsAfterNoon = 0) =>
        GroupMachine.Decide(state, request, topics, At(secondsAfterNoon), Timeout);

    public static GroupState Accepted(this GroupDecision decision) =>
        Assert.IsType<GroupDecision.Accepted>(decision).Next;

    public static GroupError Refused(this GroupDecision decision) =>
        Assert.IsType<GroupDecision.Refused>(decision).Error;
}
