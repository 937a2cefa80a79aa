using System.Collections.Immutable;

namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>One compaction of a log, decided: its steps are left to be taken, in this order.</summary>
/// <remarks>
/// A step that fails ends the pass: a segment may be called clean only when everything in front of it was compared with
/// its keys. What was done stays, and the next pass begins anew.
/// </remarks>
/// <param name="Keys">The last offset of each key in the mapped range; the memory of the pass.</param>
/// <param name="EndOffset">The end of that range; what lies behind it is left to the next pass.</param>
/// <param name="Groups">The segments that change, in the order of the log.</param>
/// <param name="UnreadableBatches">How many batches were met that nobody can read: they stay as they are.</param>
/// <param name="FirstUnreadable">The offset of the first of them.</param>
internal sealed record CompactionPass(
    KeyMap Keys, long EndOffset, ImmutableArray<CompactionGroup> Groups, long UnreadableBatches, long? FirstUnreadable)
{
    /// <summary>Says which records of a group stay, while it is rewritten once.</summary>
    public CompactionFilter FilterOf(CompactionGroup group) => new(Keys, group);
}
