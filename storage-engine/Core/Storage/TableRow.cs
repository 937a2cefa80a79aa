namespace Serverless.StorageEngine.Storage;

/// <summary>A row as read.</summary>
/// <param name="Key">The row key, unique in its partition.</param>
/// <param name="Value">The row's content, 0 to <see cref="TableLimits.RowBytesMax"/> bytes; the reader owns it.</param>
/// <param name="Version">Changes whenever the row is written or checked; never repeats for a key.</param>
/// <param name="WrittenAt">When the row was last written or checked, by the storage service's clock (millisecond
/// precision or better).</param>
public sealed record TableRow(string Key, ReadOnlyMemory<byte> Value, RowVersion Version, DateTimeOffset WrittenAt);
