using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>What of a stream is durable in one partition.</summary>
/// <param name="FirstOffset">The offset of its first record; -1 when nothing is durable.</param>
/// <param name="LastOffset">The offset of its last record; -1 when nothing is durable.</param>
/// <param name="Records">The number of records.</param>
/// <param name="Duplicates">How many of them earlier requests had stored.</param>
internal readonly record struct DurableRecords(long FirstOffset, long LastOffset, long Records, long Duplicates)
{
    /// <summary>Nothing.</summary>
    public static DurableRecords None { get; } = new(-1, -1, 0, 0);

    /// <summary>Adds the records that come next in the stream.</summary>
    public DurableRecords With(in StoredRun run) => new(
        Records == 0 ? run.BaseOffset : FirstOffset,
        run.NextOffset - 1,
        Records + run.Records,
        Duplicates + (run.Duplicate ? run.Records : 0));
}
