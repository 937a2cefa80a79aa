using System.Collections.Immutable;

namespace Serverless.StorageEngine.Leases;

/// <summary>Who wrote how many bytes to a log during one window; the log itself shows it, no messages are
/// needed.</summary>
/// <param name="Since">When the window began, by this node's clock.</param>
/// <param name="Bytes">Bytes of blocks by writer id; at most <see cref="WritersMax"/> writers.</param>
internal sealed record WriterShares(DateTimeOffset Since, ImmutableSortedDictionary<Bits128, long> Bytes)
{
    /// <summary>The window: long enough to be no burst, and at the same time the shortest tenure of a leader.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>More writers than this are not counted: a log with so many has no busiest one.</summary>
    public const int WritersMax = 64;

    /// <summary>A window that begins now.</summary>
    public static WriterShares StartingAt(DateTimeOffset now) =>
        new(now, ImmutableSortedDictionary<Bits128, long>.Empty);

    /// <summary>Counts a block.</summary>
    public WriterShares With(Bits128 writer, long bytes)
    {
        var before = Bytes.GetValueOrDefault(writer);
        return before == 0 && Bytes.Count >= WritersMax
            ? this
            : this with { Bytes = Bytes.SetItem(writer, before + bytes) };
    }

    /// <summary>Whether the window is over, so that its shares mean something.</summary>
    public bool IsComplete(DateTimeOffset now) => now - Since >= Window;
}
