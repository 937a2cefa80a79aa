namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A record as a client got it.</summary>
/// <param name="Offset">The offset that it came with.</param>
/// <param name="Value">Its value, which names its writer (<see cref="RecordValue"/>).</param>
public readonly record struct SeenRecord(long Offset, long Value);
