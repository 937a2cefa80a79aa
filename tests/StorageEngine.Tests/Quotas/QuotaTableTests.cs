using Serverless.StorageEngine.Quotas;

namespace Serverless.StorageEngine.Tests.Quotas;

public sealed class QuotaTableTests
{
    private static readonly QuotaEntity Alice = new(QuotaEntityType.User, "User:alice");
    private static readonly QuotaEntity EachUser = new(QuotaEntityType.User, QuotaEntity.DefaultName);

    [Fact]
    public void Where_nothing_is_set_nobody_is_limited()
    {
        var table = Table();

        Assert.True(table.IsEmpty);
        Assert.True(table.Of(Alice).IsNone);
    }

    [Fact]
    public void The_first_that_says_something_counts_for_each_kind_by_itself()
    {
        var settings = new QuotaSettings { Users = new(1, 2, 3) };

        var table = new QuotaTable(
            [new(EachUser, new(10, 20, null)), new(Alice, new(100, null, null))], settings);

        Assert.Equal(new QuotaLimits(100, 20, 3), table.Of(Alice));
        Assert.Equal(new QuotaLimits(10, 20, 3), table.Of(new(QuotaEntityType.User, "User:bob")));
        Assert.False(table.IsEmpty);
    }

    [Fact]
    public void The_defaults_of_principals_are_not_those_of_topics()
    {
        var table = Table(KeyValuePair.Create(EachUser, new QuotaLimits(10, 20, 30)));

        Assert.True(table.Of(new(QuotaEntityType.Topic, "orders")).IsNone);
        Assert.True(table.Of(new(QuotaEntityType.Topic, "User:alice")).IsNone);
    }

    [Theory]
    [InlineData(QuotaEntityType.User, "User:alice")]
    [InlineData(QuotaEntityType.User, "User:ANONYMOUS")]
    [InlineData(QuotaEntityType.User, "<default>")]
    [InlineData(QuotaEntityType.Topic, "orders")]
    [InlineData(QuotaEntityType.Topic, "<default>")]
    public void A_quota_is_that_of_a_name_or_of_each(QuotaEntityType type, string name)
    {
        Assert.True(QuotaEntity.TryParse(type, name, out var entity, out _));
        Assert.Equal(new QuotaEntity(type, name), entity);
    }

    [Theory]
    [InlineData(QuotaEntityType.User, "alice")]
    [InlineData(QuotaEntityType.User, "User:*")]
    [InlineData(QuotaEntityType.User, "User:a/b")]
    [InlineData(QuotaEntityType.Topic, "a b")]
    [InlineData(QuotaEntityType.Topic, "*")]
    public void What_nobody_can_be_called_has_no_quota(QuotaEntityType type, string name)
    {
        Assert.False(QuotaEntity.TryParse(type, name, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData(1L, true)]
    [InlineData(1L << 40, true)]
    [InlineData(null, true)]
    [InlineData(0L, false)]
    [InlineData(-1L, false)]
    [InlineData((1L << 40) + 1, false)]
    public void Each_quota_has_bounds(long? rate, bool possible)
    {
        Assert.Equal(possible, new QuotaLimits(rate, null, null).IsPossible);
        Assert.Equal(possible, new QuotaLimits(null, rate, null).IsPossible);
        Assert.Equal(possible, new QuotaLimits(null, null, rate).IsPossible);
    }

    private static QuotaTable Table(params KeyValuePair<QuotaEntity, QuotaLimits>[] stored) =>
        new(stored, new QuotaSettings());
}
