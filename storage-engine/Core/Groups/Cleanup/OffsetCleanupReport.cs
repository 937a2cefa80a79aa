namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>What one run of <see cref="OffsetCleanup"/> did.</summary>
/// <param name="Groups">How many groups it looked at.</param>
/// <param name="OffsetsRemoved">How many committed offsets it removed.</param>
/// <param name="GroupsRemoved">How many groups it removed that had nothing left.</param>
/// <param name="More">Whether the next run goes on behind the last group of this one.</param>
/// <param name="EndedAt">When it ended, by the storage service's clock.</param>
/// <param name="Problem">Why some group was passed over, in one sentence; null when none was.</param>
public sealed record OffsetCleanupReport(
    long Groups, long OffsetsRemoved, long GroupsRemoved, bool More, DateTimeOffset EndedAt, string? Problem);
