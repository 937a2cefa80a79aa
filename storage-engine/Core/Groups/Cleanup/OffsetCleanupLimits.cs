namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>How much one run does; the next goes on behind it.</summary>
/// <param name="GroupsMax">
/// The most groups that it looks at, at two or three table operations each: by list price 0.01 cents for a thousand.
/// </param>
/// <param name="RemovalsMax">The most committed offsets that it removes, 99 in a transaction.</param>
public sealed record OffsetCleanupLimits(int GroupsMax = 1_000, int RemovalsMax = 20_000);
