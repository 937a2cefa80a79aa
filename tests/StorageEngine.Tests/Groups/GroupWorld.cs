using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Nodes that serve groups over one table, whose calls a test counts, holds or loses.</summary>
internal sealed class GroupWorld
{
    public static readonly GroupId Group = Some.Group("g");

    private int _seed;

    public GroupWorld() => Tables = new SimulatedTableStore(Time);

    public FakeTimeProvider Time { get; } = new(Some.Noon);

    public SimulatedTableStore Tables { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A node that knows nothing yet.</summary>
    public GroupCoordinator Node(GroupSettings? settings = null) =>
        new(Tables, Catalog(), settings ?? new GroupSettings(), Time, new Random(++_seed));

    public TopicCatalog Catalog() => new(
        Tables, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), Time, new Random(++_seed));

    public async Task<Topic> CreateTopicAsync(string name, int partitions) =>
        Assert.IsType<TopicCreation.Created>(await Catalog().CreateAsync(
            Some.Name(name), partitions, [], validateOnly: false, Token)).Topic;

    /// <summary>A member of a v2 client, created and subscribed.</summary>
    public static async Task JoinAsync(
        GroupCoordinator node, string member, Subscription subscription, InstanceSettings? settings = null)
    {
        Assert.IsType<GroupOutcome.Done>(
            await node.CreateAsync(Group, Some.Id(member), settings ?? Some.Settings(), Token));
        await DoneAsync(node, new GroupRequest.Subscribe(Some.Id(member), subscription));
    }

    /// <summary>As many members of KIP-848's clients as asked for, which all want one topic.</summary>
    public Task JoinManyAsync(GroupCoordinator node, int count, string topic) =>
        TogetherAsync(node, [.. Enumerable.Range(0, count).Select(at => Joining($"m{at:D4}", topic))]);

    /// <summary>Makes requests that all wait at once; the first one's step is alone.</summary>
    public async Task<IReadOnlyList<GroupOutcome.Done>> TogetherAsync(
        GroupCoordinator node, IReadOnlyList<GroupRequest> requests)
    {
        var gate = HoldCalls();
        var outcomes = requests.Select(request => DoneAsync(node, request)).ToList();
        LetGo(gate);
        return await Task.WhenAll(outcomes);
    }

    public static GroupRequest.Heartbeat Joining(string member, string topic) =>
        new(Some.Id(member), GroupRequest.Heartbeat.JoinEpoch, Some.Settings(), Some.Timeout)
        {
            Subscription = Some.Topics(topic),
        };

    public static async Task<GroupOutcome.Done> DoneAsync(GroupCoordinator node, GroupRequest request) =>
        Assert.IsType<GroupOutcome.Done>(await node.ExecuteAsync(Group, request, Token));

    public static async Task<GroupError> RefusedAsync(GroupCoordinator node, GroupRequest request) =>
        Assert.IsType<GroupOutcome.Refused>(await node.ExecuteAsync(Group, request, Token)).Error;

    public async Task<long?> CommittedAsync(string topic, int partition) =>
        (await Node().FetchOffsetsAsync(Group, [Some.Partition(topic, partition)], Token))
            .GetValueOrDefault(Some.Partition(topic, partition))?.Offset;

    public static PartitionOffset Offset(string topic, int partition, long offset) =>
        new(Some.Partition(topic, partition), offset, "");

    /// <summary>Counts table operations of what is done.</summary>
    public async Task<(long Reads, long Transactions)> CostAsync(Func<Task> act)
    {
        Tables.Operations.Reset();
        await act();
        return (Tables.Operations.TableReads, Tables.Operations.TableTransactions);
    }

    /// <summary>Does something before the next call of a kind, once.</summary>
    public void Before(StorageOperation operation, Func<StorageCall, bool> which, Func<Task> act) =>
        Tables.Interception.Before = async call =>
        {
            if (call.Operation == operation && which(call))
            {
                Tables.Interception.Before = null;
                await act();
            }
        };

    /// <summary>The next transaction takes effect, and its answer is lost.</summary>
    public void LoseNextAnswer() => Tables.Interception.After = call =>
    {
        if (call.Operation == StorageOperation.ExecuteTransaction)
        {
            Tables.Interception.After = null;
            throw new StorageOutcomeUnknownException("The answer was lost.");
        }

        return ValueTask.CompletedTask;
    };

    /// <summary>Holds all calls of the store until the source is completed.</summary>
    public TaskCompletionSource HoldCalls()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Tables.Interception.Before = async _ => await gate.Task;
        return gate;
    }

    public void LetGo(TaskCompletionSource gate)
    {
        Tables.Interception.Before = null;
        gate.SetResult();
    }
}
