using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

/// <summary>
/// A group written in short words, and what assignors make of it. Topics are "t:3" (three partitions), members
/// "a: t u" (subscribed to two topics), partitions "t-0".
/// </summary>
internal sealed record AssignedGroup(AssignmentInput Input)
{
    public static AssignedGroup Of(string topics, params IEnumerable<string> members)
    {
        AssignmentTopic[] sorted =
            [.. topics.Split(' ').Order(StringComparer.Ordinal).Select(static topic => Topic(topic.Split(':')))];
        var names = sorted.Select(static topic => topic.Name).ToList();
        return new AssignedGroup(new AssignmentInput(
            [.. sorted],
            [.. members.Order(StringComparer.Ordinal).Select(member => Member(member.Split(": "), names))],
            [.. sorted.Select(static _ => ImmutableArray<int>.Empty)]));
    }

    /// <summary>What a member has, in order: "t-0 u-2".</summary>
    public string this[string member]
    {
        get
        {
            var place = Input.Members.Select(static one => one.Key).ToList().IndexOf(member);
            return string.Join(' ', Partitions().Where(one => one.Owner == place).Select(static one => one.Name));
        }
    }

    public AssignedGroup AssignedBy(string name) =>
        new(Input with { Current = AssignorNames.Find(name)!.Assign(Input) });

    /// <summary>The same assignment in a group with other topics and members; who left has nothing.</summary>
    public AssignedGroup Become(AssignedGroup next)
    {
        var owners = Partitions().Where(static one => one.Owner >= 0)
            .ToDictionary(static one => one.Name, one => Input.Members[one.Owner].Key);
        var places = next.Input.Members.Select(static (member, place) => (member.Key, place))
            .ToDictionary(static one => one.Key, static one => one.place);
        return new AssignedGroup(next.Input with
        {
            Current =
            [
                .. next.Input.Topics.Select(topic => Enumerable.Range(0, topic.PartitionCount)
                    .Select(partition => owners.TryGetValue(PartitionName(topic, partition), out var owner)
                        ? places.GetValueOrDefault(owner, AssignmentInput.Nobody)
                        : AssignmentInput.Nobody)
                    .ToImmutableArray()),
            ],
        });
    }

    /// <summary>How many partitions are at another owner, of those that had one.</summary>
    public int MovedSince(AssignedGroup before) =>
        before.Partitions().Zip(Partitions()).Count(static one => one.First.Owner >= 0
            && one.First.Owner != one.Second.Owner);

    public int Load(int member) => Partitions().Count(one => one.Owner == member);

    public IEnumerable<(string Name, int Topic, int Owner)> Partitions() =>
        Input.Topics.SelectMany((topic, place) => Enumerable.Range(0, topic.PartitionCount)
            .Select(partition => (PartitionName(topic, partition), place, Input.OwnerOf(place, partition))));

    private static string PartitionName(AssignmentTopic topic, int partition) => $"{topic.Name}-{partition}";

    private static AssignmentTopic Topic(string[] words) =>
        new(words[0], int.Parse(words[1], CultureInfo.InvariantCulture));

    private static AssignmentMember Member(string[] words, List<string> names) => new(
        words[0],
        [.. words[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => names.IndexOf(name)).Order()]);
}
