using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Queues;

/// <summary>A share partition as a row, and what a write of it needs.</summary>
/// <param name="State">What the row says; for a row of a former life of queue or topic, the beginning.</param>
/// <param name="Version">The row's version; null when there is no row.</param>
/// <param name="Writes">How often the row was written.</param>
/// <param name="Stamps">
/// The stamps of the last <see cref="StampsMax"/> writes: whoever does not know whether its write happened finds out.
/// </param>
internal sealed record StoredSharePartition(
    SharePartition State, RowVersion? Version, long Writes, ImmutableArray<long> Stamps)
{
    /// <summary>How many writes a row remembers.</summary>
    public const int StampsMax = 16;

    /// <summary>The row as the next write leaves it.</summary>
    /// <param name="state">The next state.</param>
    /// <param name="stamp">The write's own number.</param>
    public StoredSharePartition After(SharePartition state, long stamp) => this with
    {
        State = state,
        Writes = Writes + 1,
        Stamps = [.. Stamps.Skip(Stamps.Length + 1 - StampsMax), stamp],
    };
}
