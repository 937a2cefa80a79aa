using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Turns groups into rows and back.</summary>
internal static class GroupRows
{
    private const int Form = 1;

    /// <summary>The content of the row of <paramref name="state"/> itself.</summary>
    public static byte[] Encode(GroupState state) => JsonSerializer.SerializeToUtf8Bytes(
        new GroupRow(
            Form,
            state.Generation,
            [.. state.Topics.Values.Select(static topic => new GroupTopicRow(
                topic.Name.Value, topic.Id.ToString(), topic.PartitionCount, topic.CreatedAt.UtcTicks))]),
        GroupJson.Default.GroupRow);

    /// <summary>The content of an instance's row.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="byItself">Whether the write is part of its own request, and so a sign of life.</param>
    public static byte[] Encode(ConsumerInstance instance, bool byItself) => JsonSerializer.SerializeToUtf8Bytes(
        new InstanceRow(
            Form,
            instance.Id.Value,
            instance.Settings.Format,
            ResetName(instance.Settings.AutoOffsetReset),
            instance.Settings.AutoCommit,
            (long)instance.Settings.RequestTimeout.TotalMilliseconds,
            (instance.Subscription as Subscription.Topics)?.Of.Select(static name => name.Value).ToList(),
            (instance.Subscription as Subscription.Matching)?.Expression.Text,
            instance.Subscription is Subscription.Assigned ? true : null,
            [.. instance.Assignment.GroupBy(static one => (one.Key.Topic, one.Value.Topic)).Select(AssignedTopic)],
            instance.Stamps,
            byItself ? null : instance.SeenAt.UtcTicks)
        {
            MinBytes = instance.Settings.FetchMinBytes < 0 ? null : instance.Settings.FetchMinBytes,
            GroupInstanceId = instance.Settings.GroupInstanceId?.Value,
            Assignor = instance.Settings.Assignor,
        },
        GroupJson.Default.InstanceRow);

    /// <summary>The group that a row and the rows of its instances stand for.</summary>
    /// <param name="group">The group's row; null when nobody has used the group yet.</param>
    /// <param name="instances">The instances' rows.</param>
    /// <exception cref="CorruptDataException">
    /// A row is not what was written, or was written by a later version.
    /// </exception>
    public static GroupState Decode(TableRow? group, IEnumerable<TableRow> instances)
    {
        var state = group is null ? GroupState.Empty : Decode(group);

        // Instances of a group mostly have the same pattern, and an expression costs more to build than all else here.
        var patterns = new Dictionary<string, TopicPattern>();
        return state with
        {
            Instances = GroupState.Empty.Instances.AddRange(
                instances.Select(row => DecodeInstance(row, patterns)).Select(static one => KeyValuePair.Create(one.Id, one))),
        };
    }

    private static GroupState Decode(TableRow row)
    {
        var stored = Read(row, GroupJson.Default.GroupRow, static one => one.V);
        return GroupState.Empty with
        {
            Generation = stored.Generation,
            Topics = GroupState.Empty.Topics.AddRange(stored.Topics.Select(one => KeyValuePair.Create(
                one.Name,
                new GroupTopic(
                    Name(row, one.Name),
                    TopicId.Parse(one.Id),
                    one.Partitions,
                    new DateTimeOffset(one.CreatedAt, TimeSpan.Zero))))),
        };
    }

    private static ConsumerInstance DecodeInstance(TableRow row, Dictionary<string, TopicPattern> patterns)
    {
        var stored = Read(row, GroupJson.Default.InstanceRow, static one => one.V);
        var id = Id(row, stored.Id);
        var assignment = ImmutableSortedDictionary.CreateBuilder<TopicPartition, AssignedPartition>();
        foreach (var topic in stored.Assignment)
        {
            for (var at = 0; at + 2 < topic.Positions.Count; at += 3)
            {
                var partition = new TopicPartition(Name(row, topic.Name), checked((int)topic.Positions[at]));
                var position = topic.Positions[at + 1];
                assignment[partition] = new AssignedPartition(
                    TopicId.Parse(topic.Id), position < 0 ? null : position, topic.Positions[at + 2] == 1);
            }
        }

        return new ConsumerInstance(
            id,
            new InstanceSettings(
                stored.Format, Reset(row, stored.Reset), stored.AutoCommit, TimeSpan.FromMilliseconds(stored.WaitMs))
            {
                FetchMinBytes = stored.MinBytes ?? -1,
                GroupInstanceId = stored.GroupInstanceId is { } name ? Id(row, name) : null,
                Assignor = stored.Assignor,
            },
            SubscriptionOf(row, stored, assignment.Keys, patterns),
            assignment.ToImmutable(),
            [.. stored.Stamps],
            stored.SeenAt is { } seenAt ? new DateTimeOffset(seenAt, TimeSpan.Zero) : row.WrittenAt);
    }

    private static Subscription SubscriptionOf(
        TableRow row,
        InstanceRow stored,
        IEnumerable<TopicPartition> partitions,
        Dictionary<string, TopicPattern> patterns)
    {
        if (stored.Topics is { } names)
        {
            return new Subscription.Topics([.. names.Select(name => Name(row, name))]);
        }

        if (stored.Pattern is { } text)
        {
            if (!patterns.TryGetValue(text, out var pattern))
            {
                pattern = TopicPattern.TryParse(text, out var parsed, out var problem)
                    ? parsed
                    : throw new CorruptDataException($"Row '{row.Key}' holds the pattern '{text}': {problem}");
                patterns.Add(text, pattern);
            }

            return new Subscription.Matching(pattern);
        }

        return stored.Chosen is true
            ? new Subscription.Assigned([.. partitions])
            : Subscription.None.Instance;
    }

    private static AssignedTopicRow AssignedTopic(
        IGrouping<(TopicName Name, TopicId Id), KeyValuePair<TopicPartition, AssignedPartition>> topic) => new(
        topic.Key.Name.Value,
        topic.Key.Id.ToString(),
        [.. topic.SelectMany(static one =>
            new[] { one.Key.Partition, one.Value.Position ?? -1, one.Value.Uncommitted ? 1 : 0 })]);

    /// <summary>Reads the JSON of a row and checks the row's form.</summary>
    internal static T Read<T>(
        TableRow row, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Func<T, int> form)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(row.Value.Span, type);
            return stored is not null && form(stored) == Form
                ? stored
                : throw new CorruptDataException($"Row '{row.Key}' is not of form {Form}.");
        }
        catch (JsonException exception)
        {
            throw new CorruptDataException($"Row '{row.Key}' is not the JSON that was written: {exception.Message}");
        }
    }

    private static InstanceId Id(TableRow row, string text) =>
        InstanceId.TryParse(text, out var id, out var problem)
            ? id
            : throw new CorruptDataException($"Row '{row.Key}' names no instance: {problem}.");

    private static TopicName Name(TableRow row, string text) =>
        TopicName.TryParse(text, out var name, out var problem)
            ? name
            : throw new CorruptDataException($"Row '{row.Key}' names a topic that cannot be: {problem}.");

    private static string ResetName(AutoOffsetReset reset) => reset switch
    {
        AutoOffsetReset.Earliest => "earliest",
        AutoOffsetReset.None => "none",
        _ => "latest",
    };

    private static AutoOffsetReset Reset(TableRow row, string name) => name switch
    {
        "earliest" => AutoOffsetReset.Earliest,
        "latest" => AutoOffsetReset.Latest,
        "none" => AutoOffsetReset.None,
        _ => throw new CorruptDataException($"Row '{row.Key}' holds the unknown reset '{name}'."),
    };
}
