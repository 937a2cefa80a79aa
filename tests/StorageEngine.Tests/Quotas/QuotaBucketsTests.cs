using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Quotas;

namespace Serverless.StorageEngine.Tests.Quotas;

public sealed class QuotaBucketsTests
{
    private static readonly QuotaRate One = new(1, TimeSpan.FromSeconds(1));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Names_that_anybody_chooses_take_no_more_room_than_there_is()
    {
        var buckets = new QuotaBuckets<string>(100, _time);

        for (var name = 0; name < 10_000; name++)
        {
            buckets.Get($"name-{name}").Charge(One, 1_000);
        }

        Assert.Equal(100, buckets.Count);
        Assert.NotNull(buckets.Find("name-9999"));
    }

    [Fact]
    public void Whoever_is_full_again_makes_room_before_anybody_in_debt()
    {
        var buckets = new QuotaBuckets<string>(3, _time);
        buckets.Get("debtor").Charge(One, 1_000);
        buckets.Get("rested").Charge(One, 1);
        buckets.Get("other").Charge(One, 1_000);
        _time.Advance(TimeSpan.FromSeconds(1));

        buckets.Get("new");

        Assert.Null(buckets.Find("rested"));
        Assert.Equal(TimeSpan.FromSeconds(998), buckets.Get("debtor").Debt(One));
    }

    [Fact]
    public void Whoever_is_new_is_let_in_however_many_are_in_debt()
    {
        var buckets = new QuotaBuckets<string>(3, _time);
        foreach (var (name, debt) in new[] { ("a", 300), ("b", 100), ("c", 200) })
        {
            buckets.Get(name).Charge(One, debt);
        }

        Assert.Equal(TimeSpan.Zero, buckets.Get("new").Take(One, 1));
        Assert.Null(buckets.Find("b"));
    }

    [Fact]
    public void A_table_with_room_for_few_keeps_them_as_one_with_room_for_all_while_no_more_are_in_use() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30]).Array[1, 200].Sample(static uses =>
        {
            // At most four names are used within the second that it takes to be full again.
            var time = new FakeTimeProvider();
            var (few, all, round) = (new QuotaBuckets<int>(5, time), new QuotaBuckets<int>(1_000, time), 0);
            foreach (var (pick, names) in uses)
            {
                var name = (round * 31) + pick;
                Assert.Equal(all.Get(name).Take(One, 1), few.Get(name).Take(One, 1));
                Assert.InRange(few.Count, 1, 5);
                if (names == 0)
                {
                    round++;
                    time.Advance(TimeSpan.FromSeconds(1));
                }
            }
        });

    [Fact]
    public void Threads_that_take_at_the_same_time_get_the_burst_together()
    {
        var (buckets, taken) = (new QuotaBuckets<string>(1, _time), 0);

        Parallel.For(0, 1_000, _ =>
        {
            if (buckets.Get("all").Take(new QuotaRate(100, TimeSpan.FromSeconds(1)), 1) == TimeSpan.Zero)
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(100, taken);
    }
}
