using System.Text.Json;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>What a segment row says.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="NextOffset">The offset behind its last one.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="IsCopy">Whether it is a copy.</param>
/// <param name="CleanedAt">When it was first compacted, or null.</param>
internal sealed record SegmentOfLog(
    string Segment, long BaseOffset, long NextOffset, long Bytes, bool IsCopy, long? CleanedAt)
{
    public static SegmentOfLog Of(JsonElement row) => new(
        row.GetProperty("segment").GetString()!,
        row.GetProperty("baseOffset").GetInt64(),
        row.GetProperty("nextOffset").GetInt64(),
        row.GetProperty("bytes").GetInt64(),
        row.TryGetProperty("copied", out var copied) && copied.GetBoolean(),
        row.TryGetProperty("cleanedAt", out var cleaned) && cleaned.ValueKind == JsonValueKind.Number
            ? cleaned.GetInt64()
            : null);
}
