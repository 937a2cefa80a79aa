using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>Turns groups into rows and back.</summary>
internal static class GroupRows
{
    private const int Form = 2;

    // Names take as many bytes as they have, so that the limits of a group are the limits of its row.
    private static readonly GroupJson Json = new(new JsonSerializerOptions(GroupJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The content of the row of a group.</summary>
    public static byte[] Encode(GroupState state)
    {
        var subscriptions = state.Members.Values.Select(static member => member.Subscription)
            .Distinct<Subscription>(ReferenceEqualityComparer.Instance).ToList();
        var places = subscriptions.Select(static (one, at) => KeyValuePair.Create(one, at))
            .ToDictionary<Subscription, int>(ReferenceEqualityComparer.Instance);
        return JsonSerializer.SerializeToUtf8Bytes(
            new GroupRow(
                Form,
                state.Epoch,
                state.AssignmentEpoch,
                [.. subscriptions.Select(RowOf)],
                [.. state.Members.Values.Select(member => RowOf(member, places[member.Subscription]))],
                [.. state.Topics.Values.Select(RowOf)])
            {
                EmptySince = state.EmptySince?.UtcTicks,
                ForgetBefore = state.ForgetBefore == default ? null : state.ForgetBefore.UtcTicks,
                Deleting = state.Deleting ? true : null,
            },
            Json.GroupRow);
    }

    /// <summary>The content of a member's own row.</summary>
    public static byte[] Encode(ConsumerInstance instance) => JsonSerializer.SerializeToUtf8Bytes(
        new InstanceRow(
            Form,
            instance.Id.Value,
            instance.Settings.Format,
            ResetName(instance.Settings.AutoOffsetReset),
            instance.Settings.AutoCommit,
            (long)instance.Settings.RequestTimeout.TotalMilliseconds,
            [.. instance.Assignment.GroupBy(static one => (one.Key.Topic, one.Value.Topic)).Select(AssignedTopic)],
            instance.Stamps)
        {
            Chosen = instance.Subscription is Subscription.Assigned ? true : null,
            MinBytes = instance.Settings.FetchMinBytes < 0 ? null : instance.Settings.FetchMinBytes,
            GroupInstanceId = instance.Settings.GroupInstanceId?.Value,
            Assignor = instance.Settings.Assignor,
        },
        Json.InstanceRow);

    /// <summary>The group that a row stands for.</summary>
    /// <param name="row">The group's row; null when nobody has used the group yet.</param>
    /// <exception cref="CorruptDataException">The row is not what was written, or was written by another
    /// version.</exception>
    public static GroupState Decode(TableRow? row)
    {
        if (row is null)
        {
            return GroupState.Empty;
        }

        var stored = RowJson.Read(row, Json.GroupRow, static one => one.V, Form);
        var subscriptions = stored.Subscriptions.Select(one => SubscriptionOf(row, one)).ToList();
        return new GroupState(
            stored.Epoch,
            stored.Assigned,
            GroupState.Empty.Topics.AddRange(
                stored.Topics.Select(one => KeyValuePair.Create(one.Name, ShareOf(row, one)))),
            stored.Members.Select(one => MemberOf(row, one, subscriptions))
                .ToImmutableSortedDictionary(static one => one.Id, static one => one))
        {
            EmptySince = Instant(stored.EmptySince),
            ForgetBefore = Instant(stored.ForgetBefore) ?? default,
            Deleting = stored.Deleting is true,
        };
    }

    /// <summary>The member that a row stands for.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="state">The group.</param>
    /// <exception cref="CorruptDataException">The row is not what was written, or was written by another
    /// version.</exception>
    public static ConsumerInstance DecodeInstance(TableRow row, GroupState state)
    {
        var stored = RowJson.Read(row, Json.InstanceRow, static one => one.V, Form);
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
            stored.Chosen is true
                ? new Subscription.Assigned([.. assignment.Keys])
                : state.Members.GetValueOrDefault(id)?.Subscription ?? Subscription.None.Instance,
            assignment.ToImmutable(),
            [.. stored.Stamps],
            row.WrittenAt);
    }

    private static SubscriptionRow RowOf(Subscription subscription) => new(
        (subscription as Subscription.Topics)?.Of.Select(static name => name.Value).ToList(),
        (subscription as Subscription.Matching)?.Expression.Text,
        subscription is Subscription.Assigned ? true : null);

    private static MemberRow RowOf(GroupMember member, int subscription) => new(
        member.Id.Value,
        member.Number,
        subscription,
        (long)member.SessionTimeout.TotalMilliseconds,
        member.Epoch,
        member.PreviousEpoch)
    {
        Instance = member.GroupInstanceId?.Value,
        Assignor = member.Assignor,
        Heartbeats = member.Heartbeats ? true : null,
        Revoking = member.RevokingSince?.UtcTicks,
        Away = member.AwaySince?.UtcTicks,
    };

    private static GroupTopicRow RowOf(TopicShare share) => new(
        share.Topic.Name.Value,
        share.Topic.Id.ToString(),
        share.Topic.CreatedAt.UtcTicks,
        Runs(share.Target),
        share.Target.SequenceEqual(share.Owners) ? null : Runs(share.Owners));

    private static List<int> Runs(ImmutableArray<int> cells)
    {
        var runs = new List<int>();
        foreach (var cell in cells)
        {
            if (runs.Count > 0 && runs[^2] == cell)
            {
                runs[^1]++;
            }
            else
            {
                runs.Add(cell);
                runs.Add(1);
            }
        }

        return runs;
    }

    private static ImmutableArray<int> Cells(IReadOnlyList<int> runs)
    {
        var cells = ImmutableArray.CreateBuilder<int>();
        for (var at = 0; at + 1 < runs.Count; at += 2)
        {
            cells.AddRange(Enumerable.Repeat(runs[at], runs[at + 1]));
        }

        return cells.ToImmutable();
    }

    private static Subscription SubscriptionOf(TableRow row, SubscriptionRow stored)
    {
        if (stored.Topics is { } names)
        {
            return new Subscription.Topics([.. names.Select(name => Name(row, name))]);
        }

        if (stored.Pattern is { } text)
        {
            return TopicPattern.TryParse(text, out var pattern, out var problem)
                ? new Subscription.Matching(pattern)
                : throw new CorruptDataException($"Row '{row.Key}' holds the pattern '{text}': {problem}");
        }

        return stored.Chosen is true ? Subscription.Assigned.Unnamed : Subscription.None.Instance;
    }

    private static GroupMember MemberOf(TableRow row, MemberRow stored, List<Subscription> subscriptions) => new(
        Id(row, stored.Id),
        stored.N,
        subscriptions[stored.Sub],
        TimeSpan.FromMilliseconds(stored.Session),
        stored.Epoch,
        stored.Previous)
    {
        GroupInstanceId = stored.Instance is { } name ? Id(row, name) : null,
        Assignor = stored.Assignor,
        Heartbeats = stored.Heartbeats is true,
        RevokingSince = Instant(stored.Revoking),
        AwaySince = Instant(stored.Away),
    };

    private static TopicShare ShareOf(TableRow row, GroupTopicRow stored)
    {
        var target = Cells(stored.Target);
        return new TopicShare(
            new GroupTopic(
                Name(row, stored.Name),
                TopicId.Parse(stored.Id),
                target.Length,
                new DateTimeOffset(stored.CreatedAt, TimeSpan.Zero)),
            target,
            stored.Owners is { } owners ? Cells(owners) : target);
    }

    private static AssignedTopicRow AssignedTopic(
        IGrouping<(TopicName Name, TopicId Id), KeyValuePair<TopicPartition, AssignedPartition>> topic) => new(
        topic.Key.Name.Value,
        topic.Key.Id.ToString(),
        [.. topic.SelectMany(static one =>
            new[] { one.Key.Partition, one.Value.Position ?? -1, one.Value.Uncommitted ? 1 : 0 })]);

    private static DateTimeOffset? Instant(long? ticks) =>
        ticks is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : null;

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
