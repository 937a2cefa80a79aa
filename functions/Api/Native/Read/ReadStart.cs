namespace Serverless.Functions.Api.Native.Read;

/// <summary>Where a read starts.</summary>
internal abstract record ReadStart
{
    private ReadStart()
    {
    }

    /// <summary>At the first record that is kept.</summary>
    public sealed record Earliest : ReadStart;

    /// <summary>Behind the last record there is.</summary>
    public sealed record Latest : ReadStart;

    /// <summary>At one offset of one partition.</summary>
    /// <param name="Offset">From 0 on.</param>
    public sealed record At(long Offset) : ReadStart;

    /// <summary>At the first record that is not older; behind the last one when all are.</summary>
    /// <param name="Milliseconds">Since 1970.</param>
    public sealed record Since(long Milliseconds) : ReadStart;

    /// <summary>
    /// Where an earlier read ended. Partitions that it did not know yet are read from their first record.
    /// </summary>
    /// <param name="Positions">By partition.</param>
    /// <param name="First">The partition to begin with.</param>
    public sealed record After(IReadOnlyDictionary<int, long> Positions, int First) : ReadStart;
}
