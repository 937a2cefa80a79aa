namespace Serverless.StorageEngine.Log;

/// <summary>The first record at or after an instant.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Timestamp">Its timestamp, in milliseconds since 1970.</param>
public readonly record struct OffsetAndTimestamp(long Offset, long Timestamp);
