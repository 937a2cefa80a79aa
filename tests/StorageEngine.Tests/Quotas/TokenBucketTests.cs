using CsCheck;
using Serverless.StorageEngine.Quotas;

namespace Serverless.StorageEngine.Tests.Quotas;

public sealed class TokenBucketTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private static readonly QuotaRate Ten = new(10, TimeSpan.FromSeconds(2));

    // Mostly such that the uses below are about as much as there is: else nothing is ever refused.
    private static Gen<QuotaRate> Rates { get; } = Gen.Select(
        Gen.OneOf(Gen.Long[1, 40], Gen.Long[1, 200], Gen.Long[1, 1_000_000_000]),
        Gen.Int[1, 20_000],
        static (perSecond, window) => new QuotaRate(perSecond, TimeSpan.FromMilliseconds(window)));

    private static Gen<(long Ticks, long Amount)[]> Uses { get; } =
        Gen.Select(Gen.Long[0, 3 * Second], Gen.Long[1, 50]).Array[1, 100];

    [Fact]
    public void A_full_bucket_gives_its_burst_at_once_and_then_says_when_to_come_again()
    {
        var bucket = default(TokenBucket);
        for (var i = 0; i < 20; i++)
        {
            (bucket, var none) = bucket.Take(Ten, 1, 5 * Second);
            Assert.Equal(TimeSpan.Zero, none);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take(Ten, 1, 5 * Second).Wait);
        Assert.Equal(0, bucket.RemainingAt(Ten, 5 * Second));
        Assert.Equal(TimeSpan.FromSeconds(2), bucket.FullAfter(Ten, 5 * Second));
    }

    [Fact]
    public void What_goes_over_is_a_debt_that_time_pays()
    {
        var bucket = default(TokenBucket).Charge(Ten, 70, 0);

        Assert.Equal(TimeSpan.FromSeconds(5), bucket.DebtAt(Ten, 0));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.DebtAt(Ten, 4 * Second));
        Assert.Equal(TimeSpan.Zero, bucket.DebtAt(Ten, 5 * Second));
    }

    [Fact]
    public void A_debt_does_not_grow_where_it_is_looked_at_first()
    {
        var (bucket, none) = default(TokenBucket).ChargeUnlessInDebt(Ten, 21, 0);
        var (same, debt) = bucket.ChargeUnlessInDebt(Ten, 21, 0);

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(100)), (none, debt));
        Assert.Equal(bucket, same);
        Assert.Equal(TimeSpan.Zero, bucket.ChargeUnlessInDebt(Ten, 21, Second / 10).Debt);
    }

    [Fact]
    public void A_quota_that_becomes_smaller_or_larger_holds_from_then_on()
    {
        var bucket = default(TokenBucket).Charge(Ten, 70, 0);

        Assert.Equal(TimeSpan.FromSeconds(68), bucket.DebtAt(Ten with { PerSecond = 1 }, 0));
        Assert.Equal(TimeSpan.Zero, bucket.DebtAt(Ten with { PerSecond = 35 }, 0));
    }

    [Fact]
    public void No_span_of_time_gets_more_than_its_quota_and_the_burst() =>
        Gen.Select(Rates, Uses).Sample(static (rate, uses) =>
        {
            var (bucket, now) = (default(TokenBucket), 0L);
            var taken = new List<(long At, long Amount)>();
            foreach (var (ticks, amount) in uses)
            {
                now += ticks;
                var asked = (long)Int128.Min(amount, rate.Burst);
                (bucket, var wait) = bucket.Take(rate, asked, now);
                if (wait == TimeSpan.Zero)
                {
                    taken.Add((now, asked));
                }
            }

            for (var from = 0; from < taken.Count; from++)
            {
                Int128 sum = 0;
                for (var to = from; to < taken.Count; to++)
                {
                    sum += taken[to].Amount;
                    var span = (Int128)(taken[to].At - taken[from].At);
                    Assert.True(sum * Second <= (rate.Burst * Second) + (span * rate.PerSecond));
                }
            }
        });

    [Fact]
    public void Whoever_waits_as_long_as_he_is_told_gets_what_he_asked_for_and_no_sooner() =>
        Gen.Select(Rates, Uses).Sample(static (rate, uses) =>
        {
            var (bucket, now) = (default(TokenBucket), 0L);
            foreach (var (ticks, amount) in uses)
            {
                now += ticks;
                var asked = (long)Int128.Min(amount, rate.Burst);
                (bucket, var wait) = bucket.Take(rate, asked, now);
                if (wait > TimeSpan.Zero)
                {
                    Assert.NotEqual(TimeSpan.Zero, bucket.Take(rate, asked, now + wait.Ticks - 1).Wait);
                    now += wait.Ticks;
                    (bucket, wait) = bucket.Take(rate, asked, now);
                    Assert.Equal(TimeSpan.Zero, wait);
                }
            }
        });

    [Fact]
    public void What_is_charged_in_parts_is_what_is_charged_at_once() =>
        Gen.Select(Rates, Uses).Sample(static (rate, uses) =>
        {
            var parts = uses.Aggregate(default(TokenBucket), (bucket, use) => bucket.Charge(rate, use.Amount, Second));

            Assert.Equal(default(TokenBucket).Charge(rate, uses.Sum(static use => use.Amount), Second), parts);
        });

    [Fact]
    public void A_clock_that_goes_back_and_on_again_gives_nobody_more_and_starves_nobody() =>
        Gen.Select(Rates, Uses, Gen.Long[0, 1_000 * Second]).Sample(static (rate, uses, back) =>
        {
            var (bucket, now) = (default(TokenBucket), 2_000 * Second);
            foreach (var (ticks, amount) in uses)
            {
                now += ticks;
                bucket = bucket.Charge(rate, amount, now);
            }

            var debt = bucket.DebtAt(rate, now);
            var earlier = bucket.Until(rate, now - back);

            Assert.Equal(debt, earlier.DebtAt(rate, now - back));
            Assert.Equal(TimeSpan.Zero, earlier.DebtAt(rate, now - back + debt.Ticks));
        });
}
