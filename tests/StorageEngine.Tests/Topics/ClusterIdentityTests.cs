using System.Text;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class ClusterIdentityTests
{
    private readonly TopicCatalogFixture _store = new();

    [Fact]
    public async Task All_nodes_of_a_store_have_the_same_id_of_22_characters()
    {
        var id = await Node(1).GetAsync(Token);

        Assert.Matches("^[0-9A-Za-z_][0-9A-Za-z_-]{21}$", id);
        Assert.Equal(id, await Node(2).GetAsync(Token));
    }

    [Fact]
    public async Task Of_two_nodes_that_start_at_once_the_first_decides()
    {
        string? rival = null;
        _store.BeforeTheNextWrite(async () => rival = await Node(2).GetAsync(Token));

        Assert.Equal(await Node(1).GetAsync(Token), rival);
    }

    [Fact]
    public async Task An_id_whose_answer_was_lost_is_the_id()
    {
        _store.LoseTheNextAnswer();

        Assert.Equal(await Node(1).GetAsync(Token), await Node(2).GetAsync(Token));
    }

    [Fact]
    public async Task The_id_is_read_once()
    {
        var node = Node(1);
        await node.GetAsync(Token);
        _store.Tables.Operations.Reset();

        await node.GetAsync(Token);

        Assert.Equal(0, _store.Tables.Operations.Total);
    }

    [Fact]
    public async Task Something_else_in_its_place_is_damage()
    {
        await _store.Tables.ExecuteAsync(
            "cluster", [new RowChange.Insert("cluster", Encoding.UTF8.GetBytes("short"))], Token);

        await Assert.ThrowsAsync<CorruptDataException>(async () => await Node(1).GetAsync(Token));
    }

    private ClusterIdentity Node(int seed) => new(_store.Tables, new Random(seed));
}
