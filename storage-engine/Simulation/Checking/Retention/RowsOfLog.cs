using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>The rows of a log at one moment, as far as they name segments.</summary>
/// <param name="Head">The head row, or null.</param>
/// <param name="Segments">The segment rows by key.</param>
/// <param name="Discards">The discard rows by key.</param>
internal sealed record RowsOfLog(
    HeadOfLog? Head,
    ImmutableSortedDictionary<string, SegmentOfLog> Segments,
    ImmutableSortedDictionary<string, DiscardOfLog> Discards)
{
    /// <summary>None.</summary>
    public static RowsOfLog Empty { get; } = new(
        null,
        ImmutableSortedDictionary.Create<string, SegmentOfLog>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, DiscardOfLog>(StringComparer.Ordinal));

    /// <summary>The first offset that may be read.</summary>
    public long LogStart => Head?.LogStart ?? 0;

    /// <summary>The segment rows in the order of the log.</summary>
    public IEnumerable<SegmentOfLog> InOrder =>
        Segments.Values.OrderBy(static one => one.BaseOffset).ThenBy(static one => one.NextOffset);

    /// <summary>Whether a segment row or the head names a segment.</summary>
    public bool Names(string segment) => Head?.Segment == segment || Counts(segment);

    /// <summary>Whether a segment row names a segment.</summary>
    public bool Counts(string segment) => Segments.Values.Any(one => one.Segment == segment);

    /// <summary>The rows behind a transaction.</summary>
    public RowsOfLog After(StoredRows transaction)
    {
        var rows = this;
        foreach (var (key, value) in transaction.Changes)
        {
            using var document = value is null ? null : JsonDocument.Parse(value);
            rows = rows.With(key, document?.RootElement, transaction.At);
        }

        return rows;
    }

    private RowsOfLog With(string key, JsonElement? row, long at) => key.Split('|')[0] switch
    {
        "head" => this with { Head = row is { } head ? HeadOfLog.Of(head) : null },
        "segment" => this with
        {
            Segments = row is { } segment ? Segments.SetItem(key, SegmentOfLog.Of(segment)) : Segments.Remove(key),
        },
        "discard" => this with
        {
            Discards = row is { } discard ? Discards.SetItem(key, DiscardOfLog.Of(discard, at)) : Discards.Remove(key),
        },
        _ => this,
    };
}
