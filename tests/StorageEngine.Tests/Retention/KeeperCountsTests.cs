using Serverless.StorageEngine.Retention;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class KeeperCountsTests
{
    [Fact]
    public void Every_count_is_added_to_its_own()
    {
        var (one, ten) = (Filled(1), Filled(10));

        var sum = one + ten;

        Assert.All(
            typeof(KeeperCounts).GetProperties().Where(static property => property.PropertyType == typeof(long)),
            property => Assert.Equal(
                (long)property.GetValue(one)! + (long)property.GetValue(ten)!, property.GetValue(sum)));
        Assert.Equal(one, one + KeeperCounts.None);
    }

    // Each count has a value of its own.
    private static KeeperCounts Filled(long factor)
    {
        var counts = new KeeperCounts();
        var value = 0L;
        foreach (var property in typeof(KeeperCounts).GetProperties())
        {
            if (property is { CanWrite: true } && property.PropertyType == typeof(long))
            {
                property.SetValue(counts, ++value * factor);
            }
        }

        return counts;
    }
}
