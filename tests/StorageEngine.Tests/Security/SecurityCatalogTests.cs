using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using static Serverless.StorageEngine.Tests.Security.Rights;

namespace Serverless.StorageEngine.Tests.Security;

public sealed class SecurityCatalogTests
{
    private static readonly TimeSpan CacheAge = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly LogWorld _world = new();

    [Fact]
    public async Task A_right_that_was_given_is_there_at_once_on_the_node_that_gave_it()
    {
        var node = Node();
        Assert.False(await May(node, "orders"));

        await Create(node, Allow(Alice, AclOperation.Read, "orders"));

        Assert.True(await May(node, "orders"));
    }

    [Fact]
    public async Task Another_node_sees_a_change_no_later_than_the_age_of_its_cache()
    {
        var (one, other) = (Node(), Node());
        Assert.False(await May(other, "orders"));
        await Create(one, Allow(Alice, AclOperation.Read, "orders"));

        Assert.False(await May(other, "orders"));
        _world.Time.Advance(CacheAge + TimeSpan.FromMilliseconds(1));

        Assert.True(await May(other, "orders"));
    }

    [Fact]
    public async Task While_nothing_changes_a_node_reads_one_row_however_many_ask_with_whatever_names()
    {
        var node = Node();
        await Create(node, Allow(Alice, AclOperation.Read, "orders"));
        await May(node, "orders");
        _world.Time.Advance(CacheAge + TimeSpan.FromMilliseconds(1));
        _world.Tables.Operations.Reset();

        for (var name = 0; name < 1_000; name++)
        {
            await May(node, $"topic-{name}");
        }

        Assert.Equal(1, _world.Tables.Operations.TableReads);
    }

    [Fact]
    public async Task Nothing_is_decided_by_what_is_too_old_when_the_store_does_not_answer()
    {
        var node = Node();
        await Create(node, Allow(Alice, AclOperation.Read, "orders"));
        Assert.True(await May(node, "orders"));
        _world.Tables.Interception.Before = static _ => throw new StorageUnavailableException("The store is away.");

        Assert.True(await May(node, "orders"));
        _world.Time.Advance(CacheAge + TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => May(node, "orders"));
    }

    [Fact]
    public async Task Nodes_that_change_rights_at_the_same_time_lose_none()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToArray();

        await _world.Finish(Task.WhenAll(Enumerable.Range(0, 12).Select(number => Begin(
            () => nodes[number % 4].CreateAclsAsync([Allow(Alice, AclOperation.Read, $"t{number}")], default)))));

        Assert.Equal(12, (await Read(Node())).State.Acls.Count);
    }

    [Fact]
    public async Task The_same_right_is_there_once_however_often_it_is_given()
    {
        var node = Node();

        await Create(node, Allow(Alice, AclOperation.Read, "orders"));
        await Create(node, Allow(Alice, AclOperation.Read, "orders"), Allow(Alice, AclOperation.Read, "orders"));

        Assert.Single((await Read(node)).State.Acls);
    }

    [Fact]
    public async Task Rights_that_a_filter_means_go_and_the_others_stay()
    {
        var node = Node();
        await Create(node, Allow(Alice, AclOperation.Read, "orders"), Allow(Bob, AclOperation.Read, "orders"));

        var gone = await _world.Finish(Begin(
            () => node.DeleteAclsAsync([new AclFilter(Principal: Alice)], default)));

        Assert.Equal([Allow(Alice, AclOperation.Read, "orders")], gone);
        Assert.Equal([Allow(Bob, AclOperation.Read, "orders")], (await Read(node)).State.Acls.Keys);
    }

    [Fact]
    public async Task More_rights_than_fit_into_a_transaction_go_in_several()
    {
        var node = Node();
        for (var batch = 0; batch < 3; batch++)
        {
            await Create(node, [.. Enumerable.Range(0, 99)
                .Select(number => Allow(Alice, AclOperation.Read, $"t{batch}-{number}"))]);
        }

        var gone = await _world.Finish(Begin(() => node.DeleteAclsAsync([new AclFilter()], default)));

        Assert.Equal(297, gone.Count);
        Assert.Empty((await Read(Node())).State.Acls);
    }

    [Fact]
    public async Task A_key_is_stored_as_a_hash_and_taken_until_it_is_revoked()
    {
        var node = Node();
        var drawn = NewApiKey.Draw(RandomNumberGenerator.Fill);
        Assert.Null(await _world.Finish(Begin(() => node.AddKeyAsync(drawn.For(Alice, Noon), default))));
        var rows = await _world.Tables.QueryAsync("security", RowRange.All, 100, Token);

        Assert.Equal(Alice, ApiKeyRules.PrincipalOf((await Read(node)).State, drawn.Id, drawn.Secret));
        Assert.All(rows.Rows, row => Assert.DoesNotContain(
            drawn.Secret[NewApiKey.SecretPrefix.Length..],
            Encoding.UTF8.GetString(row.Value.Span),
            StringComparison.Ordinal));
        Assert.False(await _world.Finish(Begin(() => node.RevokeKeyAsync(Bob, drawn.Id, default))));
        Assert.True(await _world.Finish(Begin(() => node.RevokeKeyAsync(Alice, drawn.Id, default))));
        Assert.Null(ApiKeyRules.PrincipalOf((await Read(node)).State, drawn.Id, drawn.Secret));
    }

    [Fact]
    public async Task Two_nodes_that_make_keys_at_the_same_time_make_two_at_most()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToArray();

        var problems = await _world.Finish(Task.WhenAll(nodes.Select(node => Begin(
            () => node.AddKeyAsync(NewApiKey.Draw(RandomNumberGenerator.Fill).For(Alice, Noon), default)))));

        Assert.Equal(2, problems.Count(static problem => problem is null));
        Assert.Equal(2, (await Read(Node())).State.Keys.Count);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_there_once_and_told_as_done()
    {
        var node = Node();
        var drawn = NewApiKey.Draw(RandomNumberGenerator.Fill);
        _world.Tables.Interception.After = call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                _world.Tables.Interception.After = null;
                throw new StorageOutcomeUnknownException("The answer is lost.");
            }

            return ValueTask.CompletedTask;
        };

        Assert.Null(await _world.Finish(Begin(() => node.AddKeyAsync(drawn.For(Alice, Noon), default))));

        Assert.Single((await Read(node)).State.Keys);
    }

    [Fact]
    public async Task A_row_that_somebody_took_away_behind_the_engine_is_noticed()
    {
        await Create(Node(), Allow(Alice, AclOperation.Read, "orders"));
        var rows = await _world.Tables.QueryAsync("security", RowRange.Prefix("acl|"), 10, Token);
        await _world.Tables.ExecuteAsync(
            "security", [new RowChange.Delete(rows.Rows[0].Key, rows.Rows[0].Version)], Token);

        await Assert.ThrowsAsync<CorruptDataException>(() => Read(Node()));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SecurityCatalog Node() => new(
        _world.Tables, new SecuritySettings { CacheAge = CacheAge }, _world.Time, new Random(1));

    private async Task<bool> May(SecurityCatalog node, string topic) =>
        (await Read(node)).IsAllowed(Alice, AclOperation.Read, AclResourceType.Topic, topic);

    private Task<SecurityView> Read(SecurityCatalog node) => _world.Finish(Begin(() => node.ReadAsync(default)));

    private async Task Create(SecurityCatalog node, params Acl[] acls) =>
        Assert.Null(await _world.Finish(Begin(() => node.CreateAclsAsync(acls, default))));

    private Task<T> Begin<T>(Func<ValueTask<T>> call) => _world.Start(call);
}
