using System.Text;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using static Serverless.StorageEngine.Tests.Security.Rights;

namespace Serverless.StorageEngine.Tests.Quotas;

/// <summary>Quotas lie beside rights and keys, and are read and cached with them.</summary>
public sealed class StoredQuotaRowsTests
{
    private static readonly TimeSpan CacheAge = TimeSpan.FromSeconds(5);
    private static readonly QuotaEntity OfAlice = new(QuotaEntityType.User, "User:alice");
    private static readonly QuotaEntity OfEach = new(QuotaEntityType.Topic, QuotaEntity.DefaultName);
    private static readonly QuotaLimits Limits = new(1, 2, 3);

    private readonly LogWorld _world = new();

    [Fact]
    public async Task What_was_set_is_read_by_any_node_as_it_was_set()
    {
        await Set(Node(), OfAlice, Limits);
        await Set(Node(), OfEach, new(null, null, 7));

        var quotas = (await Read(Node())).State.Quotas;

        Assert.Equal(Limits, quotas[OfAlice].Limits);
        Assert.Equal(new QuotaLimits(null, null, 7), quotas[OfEach].Limits);
        Assert.Equal(2, quotas.Count);
    }

    [Fact]
    public async Task What_is_set_again_is_there_once_and_what_is_removed_is_gone()
    {
        var node = Node();
        await Set(node, OfAlice, Limits);
        await Set(node, OfAlice, new(9, null, null));

        Assert.Equal(new QuotaLimits(9, null, null), Assert.Single((await Read(Node())).State.Quotas).Value.Limits);
        Assert.True(await Run(() => node.RemoveQuotaAsync(OfAlice, default)));
        Assert.False(await Run(() => node.RemoveQuotaAsync(OfAlice, default)));
        Assert.Empty((await Read(Node())).State.Quotas);
    }

    [Fact]
    public async Task To_set_what_is_there_already_writes_nothing()
    {
        var node = Node();
        await Set(node, OfAlice, Limits);
        var before = (await Read(node)).State.Head;

        await Set(node, OfAlice, Limits);

        Assert.Equal(before, (await Read(Node())).State.Head);
    }

    [Fact]
    public async Task Nodes_that_set_quotas_at_the_same_time_lose_none()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToArray();

        await _world.Finish(Task.WhenAll(Enumerable.Range(0, 12).Select(number => _world.Start(() =>
            nodes[number % 4].SetQuotaAsync(new(QuotaEntityType.Topic, $"t{number}"), Limits, default)))));

        Assert.Equal(12, (await Read(Node())).State.Quotas.Count);
    }

    [Fact]
    public async Task A_program_that_knows_no_quotas_leaves_them_as_they_are()
    {
        await Set(Node(), OfAlice, Limits);
        var head = await _world.Tables.GetAsync("security", "security", TestContext.Current.CancellationToken);
        await _world.Tables.ExecuteAsync(
            "security",
            [new RowChange.Replace("security", """{"v":1,"acls":0,"keys":0}"""u8.ToArray(), head!.Version)],
            TestContext.Current.CancellationToken);

        Assert.Single((await Read(Node())).State.Quotas);
    }

    [Fact]
    public async Task A_quota_that_is_missing_is_noticed()
    {
        await Set(Node(), OfAlice, Limits);
        var rows = await _world.Tables.QueryAsync(
            "security", RowRange.All, 100, TestContext.Current.CancellationToken);
        var quota = Assert.Single(rows.Rows, static row => row.Key.StartsWith("quota|", StringComparison.Ordinal));
        Assert.Contains("User:alice", Encoding.UTF8.GetString(quota.Value.Span), StringComparison.Ordinal);
        await _world.Tables.ExecuteAsync(
            "security", [new RowChange.Delete(quota.Key, quota.Version)], TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<CorruptDataException>(() => Read(Node()));
    }

    [Fact]
    public async Task What_was_read_last_is_told_without_a_wait_when_the_store_does_not_answer()
    {
        var node = Node();
        await Set(node, OfAlice, Limits);
        await Read(node);
        _world.Tables.Interception.Before = static _ => throw new StorageUnavailableException("The store is away.");
        _world.Time.Advance(10 * CacheAge);

        Assert.Single(node.Latest()!.State.Quotas);
    }

    [Fact]
    public async Task Whoever_takes_what_was_read_last_sees_to_it_that_it_is_read_anew()
    {
        var (node, other) = (Node(), Node());
        await Read(node);
        await Set(other, OfAlice, Limits);
        Assert.Empty(node.Latest()!.State.Quotas);
        _world.Time.Advance(CacheAge);

        await _world.Finish(_world.Start(() =>
        {
            node.Latest();
            return ValueTask.FromResult(true);
        }));

        Assert.Single(node.Latest()!.State.Quotas);
    }

    [Fact]
    public async Task Quotas_lie_beside_rights_and_do_not_disturb_them()
    {
        var node = Node();
        await Set(node, OfAlice, Limits);
        await Run(() => node.CreateAclsAsync([Allow(Alice, AclOperation.Read, "orders")], default));

        var state = (await Read(Node())).State;

        Assert.Single(state.Acls);
        Assert.Single(state.Quotas);
    }

    private SecurityCatalog Node() => new(
        _world.Tables, new SecuritySettings { CacheAge = CacheAge }, _world.Time, new Random(1));

    private Task<SecurityView> Read(SecurityCatalog node) => Run(() => node.ReadAsync(default));

    private async Task Set(SecurityCatalog node, QuotaEntity entity, QuotaLimits limits) =>
        Assert.Null(await Run(() => node.SetQuotaAsync(entity, limits, default)));

    private Task<T> Run<T>(Func<ValueTask<T>> work) => _world.Finish(_world.Start(work));
}
