using System.Collections.Immutable;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>When the bytes of what counts no more go. Pure.</summary>
internal static class DiscardRules
{
    /// <summary>The most segments whose bytes go in one step.</summary>
    public const int SweptMax = 50;

    /// <summary>Those whose bytes go now: given up, or retired for as long as their last readers need.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    public static ImmutableArray<StoredDiscard> Due(LogRows rows, TopicConfig config, DateTimeOffset now) =>
    [
        .. rows.Discards
            .Where(discard => discard.Row.State switch
            {
                DiscardState.Retired => KeeperTimes.HasPassed(discard.WrittenAt, config.FileDeleteDelay, now),
                DiscardState.Deleting => true,
                _ => false,
            })
            .Take(SweptMax),
    ];

    /// <summary>A copy whose writer has been at it for longer than any can be; null when there is none.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="timeout">How long a copy may take.</param>
    /// <param name="now">The storage service's time.</param>
    public static StoredDiscard? Overdue(LogRows rows, TimeSpan timeout, DateTimeOffset now) =>
        rows.Discards.FirstOrDefault(discard =>
            discard.Row.State == DiscardState.Copying && KeeperTimes.HasPassed(discard.WrittenAt, timeout, now));

    /// <summary>Whether somebody writes a copy of the log: then nobody else begins one.</summary>
    public static bool IsBeingCopied(LogRows rows) =>
        rows.Discards.Any(static discard => discard.Row.State == DiscardState.Copying);
}
