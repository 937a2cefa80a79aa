namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>Remembered records of one keyed request that lie one behind the other.</summary>
/// <param name="Request">The request.</param>
/// <param name="FirstOrdinal">The ordinal of the first record.</param>
/// <param name="RecordCount">How many.</param>
/// <param name="BaseOffset">The offset of the first record.</param>
/// <param name="AppendTime">The time given to all of them, or -1.</param>
/// <param name="LastTime">The log's time of the last batch of them.</param>
public readonly record struct StoredRun(
    UInt128 Request, int FirstOrdinal, int RecordCount, long BaseOffset, long AppendTime, long LastTime);
