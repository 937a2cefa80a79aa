namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One record.</summary>
/// <param name="Timestamp">As a reader gets it, in milliseconds since 1970.</param>
/// <param name="Value">What its value stands for (<see cref="Histories.RecordValue"/>), or -1.</param>
public readonly record struct StoredRecord(long Timestamp, long Value)
{
    /// <summary>Its key as text, or null without one.</summary>
    public string? Key { get; init; }

    /// <summary>Whether it has no value, which deletes its key.</summary>
    public bool IsTombstone { get; init; }

    /// <summary>A checksum of the bytes of key, value and headers.</summary>
    public uint Content { get; init; }
}
