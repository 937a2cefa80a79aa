using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine;
using Serverless.StorageEngine.Groups.Cleanup;
using Serverless.StorageEngine.Retention;

namespace Serverless.Functions.Api.Native.Maintenance;

/// <summary>How what keepers did is written.</summary>
internal static class MaintenanceAnswer
{
    /// <summary>Writes the members of a run that has ended.</summary>
    public static void Write(Utf8JsonWriter json, MaintenanceReport report)
    {
        var run = report.Run;
        Write(json, "started_at", run.StartedAt);
        Write(json, "finished_at", run.FinishedAt);
        json.WriteBoolean("complete", run.IsComplete);
        json.WriteNumber("topics", run.TopicsKept);
        json.WriteNumber("topics_held", run.TopicsHeld);
        Write(json, run.Did);
        json.WriteStartArray("problems");
        foreach (var problem in run.Problems)
        {
            Write(json, problem);
        }

        json.WriteEndArray();
        Write(json, "groups", report.Groups);
    }

    /// <summary>Writes the last or present run over all topics; null before the first one.</summary>
    public static void Write(Utf8JsonWriter json, KeeperRun? run)
    {
        if (run is null)
        {
            json.WriteNull("run");
            return;
        }

        json.WriteStartObject("run");
        WriteNode(json, run.NodeId);
        Write(json, "started_at", run.StartedAt);
        Write(json, "finished_at", run.FinishedAt);
        json.WriteString("next_topic", run.NextTopic);
        json.WriteBoolean("complete", run.IsComplete);
        Write(json, run.Did);
        Write(json, "problem", run.Problem);
        json.WriteEndObject();
    }

    /// <summary>Writes the last or present run over one topic.</summary>
    public static void Write(Utf8JsonWriter json, TopicMaintenance topic)
    {
        json.WriteStartObject();
        json.WriteString("topic", topic.Topic);
        json.WriteString("id", topic.Id.ToString());
        WriteNode(json, topic.NodeId);
        Write(json, "started_at", topic.StartedAt);
        Write(json, "seen_at", topic.SeenAt);
        Write(json, "finished_at", topic.FinishedAt);
        json.WriteNumber("next_partition", topic.NextPartition);
        json.WriteNumber("partitions", topic.Partitions);
        Write(json, topic.Did);
        Write(json, "problem", topic.Problem);
        json.WriteEndObject();
    }

    /// <summary>Writes what the cleanup of groups did; null when it did not run.</summary>
    public static void Write(Utf8JsonWriter json, string name, OffsetCleanupReport? groups)
    {
        if (groups is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("groups", groups.Groups);
        json.WriteNumber("groups_removed", groups.GroupsRemoved);
        json.WriteNumber("offsets_removed", groups.OffsetsRemoved);
        json.WriteBoolean("complete", !groups.More);
        Write(json, "finished_at", groups.EndedAt);
        json.WriteString("problem", groups.Problem);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KeeperCounts did)
    {
        json.WriteStartObject("did");
        json.WriteNumber("steps", did.Steps);
        json.WriteNumber("segments_sealed", did.SegmentsSealed);
        json.WriteNumber("segments_retired", did.SegmentsRetired);
        json.WriteNumber("bytes_retired", did.BytesRetired);
        json.WriteNumber("segments_deleted", did.SegmentsDeleted);
        json.WriteNumber("bytes_deleted", did.BytesDeleted);
        json.WriteNumber("carriers_deleted", did.CarriersDeleted);
        json.WriteNumber("bytes_of_carriers_deleted", did.BytesOfCarriersDeleted);
        json.WriteNumber("segments_copied", did.SegmentsCopied);
        json.WriteNumber("bytes_copied", did.BytesCopied);
        json.WriteNumber("bytes_of_copies", did.BytesOfCopies);
        json.WriteNumber("segments_compacted", did.SegmentsCompacted);
        json.WriteNumber("bytes_compacted", did.BytesCompacted);
        json.WriteNumber("records_removed", did.RecordsRemoved);
        json.WriteNumber("copies_given_up", did.CopiesGivenUp);
        json.WriteNumber("faults", did.Faults);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, KeeperProblem? problem)
    {
        if (problem is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WritePropertyName(name);
        Write(json, problem);
    }

    private static void Write(Utf8JsonWriter json, KeeperProblem problem)
    {
        json.WriteStartObject();
        Write(json, "at", problem.At);
        json.WriteString("topic", problem.Topic);
        if (problem.Partition is { } partition)
        {
            json.WriteNumber("partition", partition);
        }
        else
        {
            json.WriteNull("partition");
        }

        json.WriteString("detail", problem.Text);
        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, Bits128 node) =>
        json.WriteString("node", node.ToString());

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? instant) => json.WriteString(
        name, instant?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
