using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Serverless.Functions.Api.Groups;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.Functions.Api.Native.Groups;

/// <summary>How a group is written.</summary>
internal static class GroupAnswer
{
    /// <summary>The word for how far the members have got.</summary>
    public static string NameOf(GroupPhase phase) => phase switch
    {
        GroupPhase.Empty => "empty",
        GroupPhase.Reconciling => "reconciling",
        GroupPhase.Stable => "stable",
        GroupPhase.Dead => "dead",
        _ => throw new UnreachableException($"The phase {phase} has no name."),
    };

    /// <summary>Writes the members of the JSON object.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="group">The group.</param>
    /// <param name="caller">Who asks; topics that he may not describe are left out.</param>
    public static void Write(Utf8JsonWriter json, GroupDescription group, Caller caller)
    {
        var (state, ownership) = (group.State, GroupOwnership.Of(group));
        json.WriteString("group", group.Group.Value);
        json.WriteString("state", NameOf(state.Phase));
        json.WriteNumber("epoch", state.Epoch);
        json.WriteNumber("assignment_epoch", state.AssignmentEpoch);
        json.WriteString("assignor", state.Assignor);
        json.WriteStartArray("members");
        foreach (var member in state.Members.Values)
        {
            json.WriteStartObject();
            Write(json, member, caller);
            PartitionLists.Write(json, "assignment", ownership.ByMember[member.Id].Where(IsVisible));
            PartitionLists.Write(json, "revoking", state.Owned(member.Number, wanted: false).Where(IsVisible));
            json.WriteEndObject();
        }

        json.WriteEndArray();

        bool IsVisible(TopicPartition partition) => caller.May(Right.DescribeTopic, partition.Topic);
    }

    /// <summary>Writes a committed offset, and how much is left behind it.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="lag">The partition.</param>
    public static void Write(Utf8JsonWriter json, PartitionLag lag)
    {
        json.WriteString("topic", lag.Partition.Topic.Value);
        json.WriteNumber("partition", lag.Partition.Partition);
        if (lag.Committed is { } committed)
        {
            json.WriteNumber("next_offset", committed.Offset);
            json.WriteString("metadata", committed.Metadata);
            WriteNumber(json, "leader_epoch", committed.LeaderEpoch < 0 ? null : committed.LeaderEpoch);
            json.WriteString("committed_at", committed.CommittedAt.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull("next_offset");
        }

        json.WriteNumber("log_start_offset", lag.Ends.LogStartOffset);
        json.WriteNumber("high_watermark", lag.Ends.HighWatermark);
        WriteNumber(json, "lag", lag.Lag);
        json.WriteString("member_id", lag.Owner?.Id.Value);
    }

    /// <summary>Writes a number or null.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, GroupMember member, Caller caller)
    {
        json.WriteString("member_id", member.Id.Value);
        json.WriteString("instance_id", member.GroupInstanceId?.Value);
        json.WriteNumber("member_epoch", member.Epoch);
        json.WriteNumber("session_timeout_ms", (long)member.SessionTimeout.TotalMilliseconds);
        json.WriteString("assignor", member.Assignor);
        json.WriteBoolean("away", member.AwaySince is not null);
        switch (member.Subscription)
        {
            case Subscription.Topics { Of: var topics }:
                json.WriteStartArray("subscribed_topics");
                foreach (var topic in topics.Where(topic => caller.May(Right.DescribeTopic, topic)))
                {
                    json.WriteStringValue(topic.Value);
                }

                json.WriteEndArray();
                break;
            case Subscription.Matching { Expression: var pattern }:
                json.WriteString("subscribed_pattern", pattern.Text);
                break;
        }
    }
}
