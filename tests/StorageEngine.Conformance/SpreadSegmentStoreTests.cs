using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

public sealed class SpreadSegmentAppendTests : SegmentAppendConformance
{
    protected override ISegmentStore Store { get; } = new AssignedSegmentStore();
}

public sealed class SpreadSegmentReadTests : SegmentReadConformance
{
    protected override ISegmentStore Store { get; } = new AssignedSegmentStore();
}

public sealed class SpreadSegmentLifeTests : SegmentLifeConformance
{
    protected override ISegmentStore Store { get; } = new AssignedSegmentStore();
}

public sealed class SpreadSegmentWholeTests : SegmentWholeConformance
{
    protected override ISegmentStore Store { get; } = new AssignedSegmentStore();
}

/// <summary>What only a store over several accounts does.</summary>
public sealed class SpreadSegmentStoreTests
{
    private readonly SimulatedSegmentStore _one = new();
    private readonly SimulatedSegmentStore _two = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listing_merges_the_accounts_in_the_order_of_the_names()
    {
        string[] ordered = ["a/1", "a/2.two", "a/3.one", "a/3.two", "a/4"];
        var store = new SpreadSegmentStore([new("one", _one), new("two", _two)]);
        foreach (var name in ordered.Reverse().Append("b.two"))
        {
            await store.CreateAsync(new SegmentName(name), Token);
        }

        var listed = await store.ListAsync("a/", Token).Select(static name => name.Value).ToListAsync(Token);

        Assert.Equal(ordered, listed);
    }

    [Fact]
    public async Task A_name_without_an_account_is_one_of_the_first_account()
    {
        var store = new SpreadSegmentStore([new("one", _one), new("two", _two)]);

        await store.CreateAsync(new SegmentName("a/b"), Token);

        Assert.Equal(0, await _one.GetLengthAsync(new SegmentName("a/b"), Token));
        Assert.Null(await _two.GetLengthAsync(new SegmentName("a/b"), Token));
    }

    [Theory]
    [InlineData("a/b", "")]
    [InlineData("a/b.two", "two")]
    [InlineData("copies/a/b.c-1", "c-1")]
    public void The_account_is_what_stands_behind_the_dot(string name, string account) =>
        Assert.Equal(account, new SegmentName(name).Account);

    [Fact]
    public void Accounts_of_the_same_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => new SpreadSegmentStore([new("one", _one), new("one", _two)]));

    [Fact]
    public void A_store_without_an_account_is_refused() =>
        Assert.Throws<ArgumentException>(static () => new SpreadSegmentStore([]));
}
