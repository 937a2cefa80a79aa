using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// Who is subscribed to each topic: the members' places, ascending. One array for all topics, because a group of 1,000
/// members and 10,000 topics may have ten million subscriptions.
/// </summary>
internal sealed class TopicSubscribers : IEqualityComparer<int>
{
    private readonly int[] _starts;
    private readonly int[] _members;

    private TopicSubscribers(int[] starts, int[] members) => (_starts, _members) = (starts, members);

    /// <summary>The members that are subscribed to a topic, ascending.</summary>
    public ReadOnlySpan<int> this[int topic] => _members.AsSpan(_starts[topic].._starts[topic + 1]);

    /// <summary>Turns the members' topics into the topics' members.</summary>
    public static TopicSubscribers Of(AssignmentInput input)
    {
        var starts = new int[input.Topics.Length + 1];
        foreach (var member in input.Members)
        {
            foreach (var topic in member.Topics)
            {
                starts[topic + 1]++;
            }
        }

        for (var topic = 0; topic < input.Topics.Length; topic++)
        {
            starts[topic + 1] += starts[topic];
        }

        var members = new int[starts[^1]];
        var next = starts.AsSpan().ToArray();
        for (var member = 0; member < input.Members.Length; member++)
        {
            foreach (var topic in input.Members[member].Topics)
            {
                members[next[topic]++] = member;
            }
        }

        return new TopicSubscribers(starts, members);
    }

    /// <summary>Whether two topics have the same subscribers.</summary>
    public bool Equals(int x, int y) => this[x].SequenceEqual(this[y]);

    /// <summary>Differs from process to process; good for looking up, not for ordering.</summary>
    public int GetHashCode(int obj)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(this[obj]));
        return hash.ToHashCode();
    }
}
