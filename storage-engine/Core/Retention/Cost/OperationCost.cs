namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>Operations of one price, as counted and as a month of the same would cost.</summary>
/// <param name="Counted">How many were counted.</param>
/// <param name="Since">From when on; null when none of them ever happened.</param>
/// <param name="PerMonth">How many a month of 30 days would have at this rate.</param>
/// <param name="Usd">What they would cost.</param>
public sealed record OperationCost(long Counted, DateTimeOffset? Since, decimal PerMonth, decimal Usd);
