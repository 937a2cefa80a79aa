using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupCoordinatorTests
{
    private static readonly GroupId Group = Some.Group("g");
    private static readonly InstanceId A = Some.Id("a");
    private static readonly InstanceId B = Some.Id("b");

    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly SimulatedTableStore _tables;
    private int _seed;

    public GroupCoordinatorTests() => _tables = new SimulatedTableStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_node_stores_another_node_finds()
    {
        await CreateTopicAsync("t", 2);
        await Node().CreateAsync(Group, A, Some.Settings(autoCommit: true, AutoOffsetReset.None), Token);
        await DoneAsync(Node(), new GroupRequest.Subscribe(A, Some.Topics("t", "later")));
        await DoneAsync(Node(), new GroupRequest.Seek(
            A, new Dictionary<TopicPartition, long> { [Some.Partition("t", 1)] = 42 }));

        var found = (await DoneAsync(Node(), new GroupRequest.Touch(A))).Instance!;

        Assert.Equal(Some.Settings(autoCommit: true, AutoOffsetReset.None), found.Settings);
        Assert.Equal(
            ["t", "later"], Assert.IsType<Subscription.Topics>(found.Subscription).Of.Select(one => one.Value));
        Assert.Equal([null, 42], found.Assignment.Values.Select(static one => one.Position));
    }

    [Theory]
    [InlineData("x/y\\z#?% \n\u00e9\ud83d\ude00")]
    [InlineData("..")]
    public async Task Any_text_is_a_name(string text)
    {
        var (group, id) = (Some.Group(text), Some.Id(text));
        await Node().CreateAsync(group, id, Some.Settings(), Token);

        Assert.IsType<GroupOutcome.Done>(await Node().ExecuteAsync(group, new GroupRequest.Touch(id), Token));
    }

    [Fact]
    public async Task The_longest_names_fit_and_one_byte_more_is_refused()
    {
        var longest = new string('\u20ac', 85);
        var (group, id) = (Some.Group(longest), Some.Id(longest));
        await Node().CreateAsync(group, id, Some.Settings(), Token);

        Assert.IsType<GroupOutcome.Done>(await Node().ExecuteAsync(group, new GroupRequest.Touch(id), Token));
        Assert.False(GroupId.TryParse(longest + "a", out _, out _));
        Assert.False(InstanceId.TryParse(longest + "a", out _, out _));
        Assert.False(GroupId.TryParse("", out _, out _));
        Assert.False(GroupId.TryParse("\ud800", out _, out _));
    }

    [Fact]
    public async Task An_instance_is_created_once_whatever_answers_get_lost()
    {
        LoseNextAnswer();

        Assert.IsType<GroupOutcome.Done>(await Node().CreateAsync(Group, A, Some.Settings(), Token));
        var again = Assert.IsType<GroupOutcome.Refused>(await Node().CreateAsync(Group, A, Some.Settings(), Token));
        Assert.Equal(GroupError.InstanceExists, again.Error);
    }

    [Fact]
    public async Task Leaving_under_a_lost_answer_is_leaving()
    {
        await Node().CreateAsync(Group, A, Some.Settings(), Token);
        LoseNextAnswer();

        Assert.IsType<GroupOutcome.Done>(await Node().CloseAsync(Group, A, Token));
        Assert.IsType<GroupOutcome.Refused>(await Node().CloseAsync(Group, A, Token));
    }

    [Fact]
    public async Task A_position_moves_once_whatever_answers_get_lost()
    {
        var topic = await CreateTopicAsync("t", 1);
        await SubscribedAsync(A, "t");
        LoseNextAnswer();
        var move = new PositionMove(Some.Partition("t", 0), topic.Id, From: null, To: 5, Uncommitted: true);

        var moved = await DoneAsync(Node(), new GroupRequest.Advance(A, [move], 1));

        Assert.Equal(5, moved.Instance!.Assignment.Values.Single().Position);
    }

    [Fact]
    public async Task A_rival_that_comes_between_read_and_write_is_seen()
    {
        await CreateTopicAsync("t", 2);
        await SubscribedAsync(A, "t");
        await Node().CreateAsync(Group, B, Some.Settings(), Token);
        var (first, rival) = (Node(), Node());
        BeforeNextTransaction(async () => await DoneAsync(rival, new GroupRequest.Leave(A)));

        var outcome = await DoneAsync(first, new GroupRequest.Subscribe(B, Some.Topics("t")));

        Assert.Equal([0, 1], outcome.Instance!.Assignment.Keys.Select(static one => one.Partition));
    }

    [Fact]
    public async Task A_rebalance_between_a_fetch_and_its_move_takes_the_records_from_the_reader()
    {
        var topic = await CreateTopicAsync("t", 2);
        await SubscribedAsync(B, "t");
        var move = new PositionMove(Some.Partition("t", 0), topic.Id, From: null, To: 5, Uncommitted: true);
        var reader = Node();
        await DoneAsync(reader, new GroupRequest.Touch(B));
        BeforeNextTransaction(async () =>
        {
            await SubscribedAsync(A, "t");
            await DoneAsync(Node(), new GroupRequest.Poll(B));
        });

        var outcome = await reader.ExecuteAsync(Group, new GroupRequest.Advance(B, [move], 1), Token);

        Assert.Equal(GroupError.Superseded, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
    }

    [Fact]
    public async Task The_silent_lose_their_partitions_to_whoever_asks_next()
    {
        await CreateTopicAsync("t", 2);
        await SubscribedAsync(A, "t");
        await SubscribedAsync(B, "t");
        await DoneAsync(Node(), new GroupRequest.Poll(A));
        _time.Advance(TimeSpan.FromSeconds(200));
        await DoneAsync(Node(), new GroupRequest.Touch(B));
        var node = Node();
        Assert.Single((await DoneAsync(node, new GroupRequest.Touch(B))).Instance!.Assignment);

        _time.Advance(TimeSpan.FromSeconds(101));

        Assert.Equal(2, (await DoneAsync(node, new GroupRequest.Touch(B))).Instance!.Assignment.Count);
        Assert.Equal(
            GroupError.InstanceNotFound,
            Assert.IsType<GroupOutcome.Refused>(
                await Node().ExecuteAsync(Group, new GroupRequest.Touch(A), Token)).Error);
    }

    [Fact]
    public async Task What_others_do_is_no_sign_of_life()
    {
        await CreateTopicAsync("t", 2);
        await SubscribedAsync(A, "t");
        _time.Advance(TimeSpan.FromSeconds(200));

        // This gives one of A's partitions to B, as soon as A gives it up.
        await SubscribedAsync(B, "t");
        _time.Advance(TimeSpan.FromSeconds(101));
        await Node().CreateAsync(Group, Some.Id("c"), Some.Settings(), Token);

        Assert.IsType<GroupOutcome.Refused>(await Node().ExecuteAsync(Group, new GroupRequest.Touch(A), Token));
    }

    [Fact]
    public async Task A_seek_to_where_the_instance_is_changes_nothing_but_its_sign_of_life()
    {
        await CreateTopicAsync("t", 1);
        await SubscribedAsync(A, "t");
        var seek = new GroupRequest.Seek(A, new Dictionary<TopicPartition, long> { [Some.Partition("t", 0)] = 3 });
        await DoneAsync(Node(), seek);

        Assert.Equal(3, (await DoneAsync(Node(), seek)).Instance!.Assignment.Values.Single().Position);
    }

    [Fact]
    public async Task A_node_that_has_just_started_writes_a_sign_of_life_for_an_instance_that_seems_silent()
    {
        await SubscribedAsync(A, "t");
        var late = new FakeTimeProvider(Some.Noon.AddSeconds(30));
        _tables.Operations.Reset();

        var node = new GroupCoordinator(_tables, Catalog(), new GroupSettings(), late, new Random(0));
        await DoneAsync(node, new GroupRequest.Touch(A));

        Assert.Equal(1, _tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task A_read_without_news_costs_one_query()
    {
        await CreateTopicAsync("t", 1);
        await SubscribedAsync(A, "t");
        var node = Node();
        await DoneAsync(node, new GroupRequest.Touch(A));
        _tables.Operations.Reset();

        await DoneAsync(node, new GroupRequest.Touch(A));

        Assert.Equal((1, 0), (_tables.Operations.TableReads, _tables.Operations.TableTransactions));
    }

    [Fact]
    public async Task A_topic_that_one_node_found_by_pattern_is_not_lost_to_a_node_with_an_older_list()
    {
        await CreateTopicAsync("t1", 1);
        await Node().CreateAsync(Group, A, Some.Settings(), Token);
        var older = Node();
        await DoneAsync(older, new GroupRequest.Subscribe(A, Some.Pattern("t.")));
        await CreateTopicAsync("t2", 1);

        var newer = (await DoneAsync(Node(), new GroupRequest.Touch(A))).Instance!.Assignment;

        Assert.Equal(["t1-0", "t2-0"], newer.Keys.Select(static one => one.ToString()));
        Assert.Equal(newer, (await DoneAsync(older, new GroupRequest.Touch(A))).Instance!.Assignment);
    }

    [Fact]
    public async Task Committed_offsets_are_read_back_and_those_of_a_former_life_are_not()
    {
        await CreateTopicAsync("t", 3);
        await SubscribedAsync(A, "t");
        await Node().CommitAsync(
            Group, A, [new(Some.Partition("t", 1), 7, "m"), new(Some.Partition("t", 1), 8, "n")], Token);

        var committed = await FetchAsync(0, 1, 2);
        var (partition, offset) = Assert.Single(committed);
        Assert.Equal((1, 8L, "n"), (partition.Partition, offset.Offset, offset.Metadata));

        await Catalog().DeleteAsync(Some.Name("t"), Token);
        await CreateTopicAsync("t", 3);
        Assert.Empty(await FetchAsync(0, 1, 2));
    }

    [Fact]
    public async Task Closing_commits_what_was_read_however_many_partitions_it_takes()
    {
        var topic = await CreateTopicAsync("t", 150);
        await Node().CreateAsync(Group, A, Some.Settings(autoCommit: true), Token);
        await DoneAsync(Node(), new GroupRequest.Subscribe(A, Some.Topics("t")));
        await DoneAsync(Node(), new GroupRequest.Advance(
            A,
            [.. Enumerable.Range(0, 150).Select(one =>
                new PositionMove(Some.Partition("t", one), topic.Id, null, one, Uncommitted: true))],
            1));

        await Node().CloseAsync(Group, A, Token);

        var committed = await FetchAsync([.. Enumerable.Range(0, 150)]);
        Assert.All(Enumerable.Range(0, 150), one => Assert.Equal(one, committed[Some.Partition("t", one)].Offset));
    }

    private GroupCoordinator Node() => new(_tables, Catalog(), new GroupSettings(), _time, new Random(++_seed));

    private TopicCatalog Catalog() => new(
        _tables, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), _time, new Random(++_seed));

    private async Task<Topic> CreateTopicAsync(string name, int partitions) =>
        Assert.IsType<TopicCreation.Created>(await Catalog().CreateAsync(
            Some.Name(name), partitions, [], validateOnly: false, Token)).Topic;

    private async Task SubscribedAsync(InstanceId instance, string topic)
    {
        await Node().CreateAsync(Group, instance, Some.Settings(), Token);
        await DoneAsync(Node(), new GroupRequest.Subscribe(instance, Some.Topics(topic)));
    }

    private static async Task<GroupOutcome.Done> DoneAsync(GroupCoordinator node, GroupRequest request) =>
        Assert.IsType<GroupOutcome.Done>(await node.ExecuteAsync(Group, request, Token));

    private ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchAsync(params int[] partitions) =>
        Node().FetchOffsetsAsync(Group, [.. partitions.Select(static one => Some.Partition("t", one))], Token);

    private void LoseNextAnswer() => _tables.Interception.After = call =>
    {
        if (call.Operation == StorageOperation.ExecuteTransaction)
        {
            _tables.Interception.After = null;
            throw new StorageOutcomeUnknownException("The answer was lost.");
        }

        return ValueTask.CompletedTask;
    };

    private void BeforeNextTransaction(Func<Task> act) => _tables.Interception.Before = async call =>
    {
        if (call.Operation == StorageOperation.ExecuteTransaction)
        {
            _tables.Interception.Before = null;
            await act();
        }
    };
}
