using System.Text.Json;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>What a head row says.</summary>
internal sealed record HeadOfLog(string Segment, long SegmentBaseOffset, long LogStart, bool Deleted)
{
    public static HeadOfLog Of(JsonElement row) => new(
        row.GetProperty("segment").GetString()!,
        row.GetProperty("segmentBaseOffset").GetInt64(),
        row.GetProperty("logStartOffset").GetInt64(),
        row.GetProperty("deleted").GetBoolean());
}
