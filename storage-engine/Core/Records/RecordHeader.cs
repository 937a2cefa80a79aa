namespace Serverless.StorageEngine.Records;

/// <summary>A header of a record.</summary>
/// <param name="Name">Any text, also empty; stored as UTF-8.</param>
/// <param name="Value">Any bytes, or null.</param>
public readonly record struct RecordHeader(string Name, ReadOnlyMemory<byte>? Value);
