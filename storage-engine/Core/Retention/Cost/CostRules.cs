using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>Turns what a topic stores and does into what it costs a month. Pure.</summary>
internal static class CostRules
{
    private const decimal BytesPerGb = 1024m * 1024 * 1024;

    /// <summary>What a month is here.</summary>
    public static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>
    /// What was counted for a shorter time than this is taken for all of it: a minute of a load test would otherwise
    /// become a month of it.
    /// </summary>
    public static readonly TimeSpan CountedMin = TimeSpan.FromHours(1);

    /// <summary>The bill of a topic.</summary>
    /// <param name="partitions">How many partitions it has.</param>
    /// <param name="usages">At least one of them.</param>
    /// <param name="shared">What it takes of the shared logs that they lie in.</param>
    /// <param name="complete">Whether all segments of those were counted.</param>
    /// <param name="counts">What this node did for the topic since <paramref name="startedAt"/>.</param>
    /// <param name="startedAt">When this node began to count.</param>
    /// <param name="now">The instant of the estimate.</param>
    /// <param name="prices">What the storage service charges.</param>
    public static TopicCost Of(
        int partitions,
        IReadOnlyList<PartitionUsage> usages,
        IReadOnlyList<SharedUsage> shared,
        bool complete,
        TopicOperationCounts counts,
        DateTimeOffset startedAt,
        DateTimeOffset now,
        StoragePrices prices) => new(
            partitions,
            usages.Count,
            complete,
            StoredOf(usages, partitions, prices),
            AppendsOf(usages, shared, partitions, now, prices),
            CountedOf(counts.OtherWrites, startedAt, now, prices.Append),
            CountedOf(counts.Reads, startedAt, now, prices.Read),
            CountedOf(counts.TableOperations, startedAt, now, prices.Table));

    private static StoredCost StoredOf(IReadOnlyList<PartitionUsage> usages, int partitions, StoragePrices prices)
    {
        var appended = Scale(usages.Sum(static one => one.AppendBytes), usages.Count, partitions);
        var copied = Scale(usages.Sum(static one => one.CopyBytes), usages.Count, partitions);
        return new StoredCost(
            (long)appended,
            (long)copied,
            appended / BytesPerGb * prices.StoredGbMonth,
            copied / BytesPerGb * prices.CopiesGbMonth);
    }

    // A shared log is one, however many of its partitions were looked at.
    private static OperationCost AppendsOf(
        IReadOnlyList<PartitionUsage> usages,
        IReadOnlyList<SharedUsage> shared,
        int partitions,
        DateTimeOffset now,
        StoragePrices prices)
    {
        (long Appends, long Since)[] own =
            [.. usages.Where(static one => one.Since is not null).Select(static one => (one.Appends, one.Since!.Value))];
        (long Appends, long Since)[] others = [.. shared.Select(static one => (one.Appends, one.Since))];
        var all = Scale(PerMonth(own, now), usages.Count, partitions) + PerMonth(others, now);
        (long Appends, long Since)[] counted = [.. own, .. others];
        return new OperationCost(
            counted.Sum(static one => one.Appends),
            counted is [] ? null : DateTimeOffset.FromUnixTimeMilliseconds(counted.Min(static one => one.Since)),
            all,
            all * prices.Append);
    }

    private static decimal PerMonth(IEnumerable<(long Appends, long Since)> counts, DateTimeOffset now) =>
        counts.Sum(one => PerMonth(one.Appends, DateTimeOffset.FromUnixTimeMilliseconds(one.Since), now));

    private static OperationCost CountedOf(long counted, DateTimeOffset since, DateTimeOffset now, decimal price)
    {
        var perMonth = PerMonth(counted, since, now);
        return new OperationCost(counted, since, perMonth, perMonth * price);
    }

    private static decimal PerMonth(long counted, DateTimeOffset since, DateTimeOffset now)
    {
        var time = now - since;
        return counted * (decimal)Month.Ticks / (time > CountedMin ? time : CountedMin).Ticks;
    }

    private static decimal Scale(decimal counted, int countedPartitions, int partitions) =>
        counted * partitions / countedPartitions;
}
