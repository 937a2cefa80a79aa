namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One record.</summary>
/// <param name="Timestamp">As a reader gets it, in milliseconds since 1970.</param>
/// <param name="Value">What its value stands for (<see cref="Histories.RecordValue"/>), or -1.</param>
public readonly record struct StoredRecord(long Timestamp, long Value);
