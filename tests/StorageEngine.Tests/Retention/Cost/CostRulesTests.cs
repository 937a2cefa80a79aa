using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Retention.Cost;

namespace Serverless.StorageEngine.Tests.Retention.Cost;

/// <summary>What usage costs a month.</summary>
public sealed class CostRulesTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly StoragePrices Prices = new();

    [Theory]
    [InlineData(1.0, 12.96)]
    [InlineData(0.25, 51.84)]
    [InlineData(0.05, 259.2)]
    public void A_busy_partition_costs_what_the_cost_model_says(double intervalSeconds, double usd)
    {
        var day = (long)(86_400 / intervalSeconds);

        var cost = Of(1, new PartitionUsage(0, 0, day, Now.AddDays(-1).ToUnixTimeMilliseconds()));

        Assert.Equal((decimal)usd, cost.MonthlyUsd);
        Assert.Equal(day * 30m, cost.Appends.PerMonth);
    }

    [Fact]
    public void A_gigabyte_costs_its_price_by_where_it_lies()
    {
        var cost = CostRules.Of(
            1, [new(1L << 30, 2L << 30, 0, null)], [], true, default, Now, Now, Prices with { CopiesGbMonth = 0.01m });

        Assert.Equal((0.019m, 0.02m), (cost.Stored.AppendUsd, cost.Stored.CopyUsd));
        Assert.Equal(0.039m, cost.MonthlyUsd);
    }

    [Fact]
    public void What_a_node_counted_goes_on_at_the_rate_since_its_start()
    {
        var counts = new TopicOperationCounts(Appends: 7, OtherWrites: 1, Reads: 10, TableOperations: 100);

        var cost = CostRules.Of(1, [PartitionUsage.None], [], true, counts, Now.AddDays(-3), Now, Prices);

        Assert.Equal((10m, 10 * 0.000005m), (cost.OtherWrites.PerMonth, cost.OtherWrites.Usd));
        Assert.Equal((100m, 100 * 0.0000004m), (cost.Reads.PerMonth, cost.Reads.Usd));
        Assert.Equal((1_000m, 1_000 * 0.000000036m), (cost.TableOperations.PerMonth, cost.TableOperations.Usd));
        Assert.Equal(0, cost.Appends.Counted);
    }

    [Fact]
    public void What_was_counted_in_less_than_an_hour_is_taken_for_an_hour()
    {
        var cost = Of(1, new PartitionUsage(0, 0, 60, Now.AddMinutes(-1).ToUnixTimeMilliseconds()));

        Assert.Equal(60 * 720m, cost.Appends.PerMonth);
        Assert.Equal((60L, Now.AddMinutes(-1)), (cost.Appends.Counted, cost.Appends.Since!.Value));
    }

    [Fact]
    public void Partitions_that_were_not_looked_at_are_like_those_that_were()
    {
        var usage = new PartitionUsage(1L << 30, 0, 24, Now.AddDays(-1).ToUnixTimeMilliseconds());

        var cost = Of(10, usage, PartitionUsage.None);

        Assert.Equal(5L << 30, cost.Stored.AppendBytes);
        Assert.Equal(5 * 24 * 30m, cost.Appends.PerMonth);
        Assert.Equal((10, 2, 24L), (cost.Partitions, cost.PartitionsCounted, cost.Appends.Counted));
    }

    [Fact]
    public void Appends_to_a_shared_log_are_paid_once_for_all_partitions()
    {
        var (none, since) = (new PartitionUsage(0, 0, 0, null), Now.AddDays(-1));

        var cost = CostRules.Of(
            100, [none, none], [new SharedUsage(345_600, since.ToUnixTimeMilliseconds())], true, default, Now, Now, Prices);

        Assert.Equal((345_600L, since), (cost.Appends.Counted, cost.Appends.Since!.Value));
        Assert.Equal(51.84m, cost.MonthlyUsd);
    }

    private static TopicCost Of(int partitions, params PartitionUsage[] usages) =>
        CostRules.Of(partitions, usages, [], complete: true, default, Now, Now, Prices);
}
