using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>
/// The row <c>groups</c> of table partition <c>keeper</c>: where the next run begins, and what the last one did. Whoever
/// begins a run writes it first, so that its time is the storage service's time of the run.
/// </summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="After">The group behind which the next run begins; null for the first group.</param>
/// <param name="Groups">See <see cref="OffsetCleanupReport"/>.</param>
/// <param name="OffsetsRemoved">See <see cref="OffsetCleanupReport"/>.</param>
/// <param name="GroupsRemoved">See <see cref="OffsetCleanupReport"/>.</param>
/// <param name="Problem">See <see cref="OffsetCleanupReport"/>.</param>
internal sealed record CleanupRow(
    int V, string? After, long Groups, long OffsetsRemoved, long GroupsRemoved, string? Problem)
{
    /// <summary>The table partition of the keeper's rows.</summary>
    public const string Partition = "keeper";

    /// <summary>The row's key.</summary>
    public const string Key = "groups";

    private const int Form = 1;

    /// <summary>Before the first run.</summary>
    public static CleanupRow Empty { get; } = new(Form, null, 0, 0, 0, null);

    /// <summary>The content of the row.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, CleanupJson.Default.CleanupRow);

    /// <summary>Reads the row.</summary>
    /// <exception cref="CorruptDataException">The row is not what was written.</exception>
    public static CleanupRow Decode(TableRow row) =>
        RowJson.Read(row, CleanupJson.Default.CleanupRow, static one => one.V, Form);

    /// <summary>What the row says about the last run.</summary>
    /// <param name="writtenAt">When the row was written.</param>
    public OffsetCleanupReport Report(DateTimeOffset writtenAt) =>
        new(Groups, OffsetsRemoved, GroupsRemoved, After is not null, writtenAt, Problem);
}

/// <summary>The JSON of the row; persisted, so members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CleanupRow))]
internal sealed partial class CleanupJson : JsonSerializerContext;
