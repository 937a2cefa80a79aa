using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.Log;

/// <summary>What an append is judged by: the log as it will be once everything accepted so far is stored.</summary>
/// <param name="NextOffset">The offset of the next record.</param>
/// <param name="Time">The log's time, the next block included.</param>
/// <param name="History">What is remembered of earlier appends.</param>
internal readonly record struct AppendBasis(long NextOffset, long Time, AppendHistory History)
{
    /// <summary>The log as it is.</summary>
    /// <param name="state">The log.</param>
    /// <param name="now">When the next block is written, in milliseconds since 1970.</param>
    public static AppendBasis Of(LogState state, long now) =>
        new(state.NextOffset, Math.Max(state.Time, now), state.History);

    /// <summary>The log behind one more batch.</summary>
    /// <param name="entry">The batch; its base offset does not matter.</param>
    public AppendBasis With(in BlockEntry entry) => this with
    {
        NextOffset = NextOffset + entry.RecordCount,
        History = History.With(entry with { BaseOffset = NextOffset }, Time),
    };
}
