using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>A commit whose answer from the table was lost, after which the member ends.</summary>
public sealed class DoubtfulCommitTests
{
    private static readonly GroupId Group = Some.Group("g");
    private static readonly InstanceId Member = Some.Id("a");

    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly SimulatedTableStore _tables;
    private int _seed;

    public DoubtfulCommitTests() => _tables = new SimulatedTableStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_be_stored_is_not_refused_for_what_came_after_it()
    {
        await Catalog().CreateAsync(Some.Name("t"), 1, [], validateOnly: false, Token);
        await Node().CreateAsync(Group, Member, Some.Settings(), Token);
        await Node().ExecuteAsync(Group, new GroupRequest.Subscribe(Member, Some.Topics("t")), Token);
        _tables.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                _tables.Interception.After = null;
                await Node().ExecuteAsync(Group, new GroupRequest.Leave(Member), Token);
                throw new StorageOutcomeUnknownException("The answer was lost.");
            }
        };

        PartitionOffset[] offsets = [new(Some.Partition("t", 0), 5, "")];
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await Node().CommitAsync(Group, Member, offsets, Token));

        var stored = await Node().FetchOffsetsAsync(Group, [Some.Partition("t", 0)], Token);
        Assert.Equal(5, stored[Some.Partition("t", 0)].Offset);
    }

    private GroupCoordinator Node() => new(_tables, Catalog(), new GroupSettings(), _time, new Random(++_seed));

    private TopicCatalog Catalog() => new(
        _tables, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), _time, new Random(++_seed));
}
