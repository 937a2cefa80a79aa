using System.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>Where a reset leads in each partition. Pure.</summary>
public static class ResetPlan
{
    /// <summary>Plans one partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="target">Where the group shall go on.</param>
    /// <param name="ends">The ends of the partition's log.</param>
    /// <param name="committed">What the group has committed; null when it has not.</param>
    /// <param name="found">
    /// The first record that is not older, for <see cref="ResetTarget.Since"/>; null when all are.
    /// </param>
    /// <returns>Null when there is nothing to shift from.</returns>
    public static PartitionReset? Of(
        TopicPartition partition, ResetTarget target, PartitionOffsets ends, long? committed, long? found)
    {
        if (target is ResetTarget.Shifted && committed is null)
        {
            return null;
        }

        var wanted = target switch
        {
            ResetTarget.Earliest => ends.LogStartOffset,
            ResetTarget.Latest => ends.HighWatermark,
            ResetTarget.At at => at.Offset,
            ResetTarget.Since => found ?? ends.HighWatermark,
            ResetTarget.Shifted shift => (long)Int128.Clamp(
                (Int128)committed!.Value + shift.Offsets, long.MinValue, long.MaxValue),
            _ => throw new UnreachableException($"No plan is defined for {target}."),
        };
        var offset = Math.Clamp(wanted, ends.LogStartOffset, ends.HighWatermark);
        return new PartitionReset(partition, ends, committed, offset, Clamped: offset != wanted);
    }
}
