namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>What the storage service charges, in US dollars.</summary>
/// <remarks>
/// The defaults are Azure's list prices for a hot, locally redundant standard account in a large region, as the
/// protocol's cost model was made with; prices differ by region, redundancy and contract, so an operator sets them.
/// </remarks>
public sealed record StoragePrices
{
    /// <summary>One write operation of blobs: an append, a creation, a part of a copy, a listing.</summary>
    public decimal Append { get; init; } = 0.000005m;

    /// <summary>One read operation of blobs, whatever its length.</summary>
    public decimal Read { get; init; } = 0.0000004m;

    /// <summary>One table operation: a read, a query or a transaction.</summary>
    public decimal Table { get; init; } = 0.000000036m;

    /// <summary>A GiB of append blobs for a month.</summary>
    public decimal StoredGbMonth { get; init; } = 0.019m;

    /// <summary>A GiB of copies for a month: less than <see cref="StoredGbMonth"/> where a rule moves them to a cooler
    /// tier.</summary>
    public decimal CopiesGbMonth { get; init; } = 0.019m;
}
