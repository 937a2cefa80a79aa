using System.Text.Json;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>What a discard row says.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="State">What it waits for: <c>Copying</c>, <c>Retired</c> or <c>Deleting</c>.</param>
/// <param name="WrittenAt">When the row was written, in storage time.</param>
internal sealed record DiscardOfLog(string Segment, string State, long WrittenAt)
{
    public const string Copying = "Copying";
    public const string Retired = "Retired";
    public const string Deleting = "Deleting";

    public static DiscardOfLog Of(JsonElement row, long at) => new(
        row.GetProperty("segment").GetString()!,
        row.GetProperty("state") is { ValueKind: JsonValueKind.String } state ? state.GetString()! : Copying,
        at);
}
