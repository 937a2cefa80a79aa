using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class CreateTopicTests
{
    private readonly TopicCatalogFixture _store = new();

    [Fact]
    public async Task A_created_topic_is_found_on_every_node_as_it_was_created()
    {
        var created = await _store.CreateAsync(Orders, 3, ("retention.ms", "60000"));

        Assert.Equal(created, await _store.Node.FindAsync(Orders, Token));
        Assert.Equal(created, await _store.OtherNode.FindAsync(Orders, Token));
        Assert.Equal((3, Noon), (created.PartitionCount, created.CreatedAt));
        Assert.Equal(TimeSpan.FromMinutes(1), created.Config.RetentionTime);
    }

    [Fact]
    public async Task A_topic_that_was_missing_is_found_right_after_its_creation()
    {
        Assert.Null(await _store.Node.FindAsync(Orders, Token));
        Assert.Null(await _store.OtherNode.FindAsync(Orders, Token));

        await _store.CreateAsync(Orders);

        Assert.NotNull(await _store.Node.FindAsync(Orders, Token));
        Assert.NotNull(await _store.OtherNode.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task A_name_in_use_is_refused_and_changes_nothing()
    {
        var first = await _store.CreateAsync(Orders, 2);

        var second = await TryCreateAsync(_store.OtherNode, Orders, 5);

        Assert.Equal(new TopicCreation.AlreadyExists(first), second);
        Assert.Equal(first, await _store.OtherNode.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task Names_that_differ_in_case_are_two_topics()
    {
        var lower = await _store.CreateAsync(Name("a"));
        var upper = await _store.CreateAsync(Name("A"));

        Assert.NotEqual(lower.Id, upper.Id);
        Assert.Equal(upper, await _store.Node.FindAsync(Name("A"), Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task One_to_ten_thousand_partitions_are_possible(int partitions) =>
        Assert.Equal(partitions, (await _store.CreateAsync(Orders, partitions)).PartitionCount);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    [InlineData(int.MaxValue)]
    public async Task Any_other_number_of_partitions_is_refused(int partitions)
    {
        var refused = Assert.IsType<TopicCreation.Refused>(await TryCreateAsync(_store.Node, Orders, partitions));

        Assert.Equal(TopicProblemCode.InvalidPartitions, refused.Problem.Code);
        Assert.Null(await _store.Node.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task The_replication_that_was_asked_for_is_kept()
    {
        await _store.Node.CreateAsync(
            new NewTopic(Orders, 1, Pairs()) { ReplicationFactor = 3 }, validateOnly: false, Token);

        Assert.Equal(3, (await _store.OtherNode.FindAsync(Orders, Token))!.ReplicationFactor);
    }

    [Fact]
    public async Task A_setting_that_is_not_possible_is_refused_and_nothing_is_created()
    {
        var refused = Assert.IsType<TopicCreation.Refused>(
            await TryCreateAsync(_store.Node, Orders, 1, ("retention.ms", "1"), ("segment.ms", "0")));

        Assert.Equal(
            new TopicProblem(
                TopicProblemCode.InvalidConfig,
                "Invalid value 0 for configuration segment.ms: Value must be at least 1"),
            refused.Problem);
        Assert.Null(await _store.Node.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task A_setting_given_twice_is_refused()
    {
        var refused = Assert.IsType<TopicCreation.Refused>(
            await TryCreateAsync(_store.Node, Orders, 1, ("segment.ms", "1"), ("segment.ms", "2")));

        Assert.Equal(TopicProblemCode.InvalidRequest, refused.Problem.Code);
    }

    [Fact]
    public async Task Validation_answers_as_creation_would_and_writes_nothing()
    {
        var validated = await _store.Node.CreateAsync(Orders, 2, Pairs(), validateOnly: true, Token);

        Assert.IsType<TopicCreation.Created>(validated);
        Assert.Equal(0, _store.Tables.Operations.TableTransactions);
        await _store.CreateAsync(Orders);
        Assert.IsType<TopicCreation.AlreadyExists>(
            await _store.Node.CreateAsync(Orders, 2, Pairs(), validateOnly: true, Token));
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_is_a_creation()
    {
        _store.LoseTheNextAnswer();

        var created = await _store.CreateAsync(Orders);

        Assert.Equal(created, await _store.OtherNode.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task A_creation_that_was_lost_on_its_way_is_sent_again()
    {
        _store.LoseTheNextWrite();

        var created = await _store.CreateAsync(Orders);

        Assert.Equal(created, await _store.OtherNode.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task Of_two_creations_at_once_one_wins_and_the_other_sees_the_winner()
    {
        TopicCreation? rival = null;
        _store.BeforeTheNextWrite(async () => rival = await TryCreateAsync(_store.OtherNode, Orders, 7));

        var outcome = await TryCreateAsync(_store.Node, Orders);

        var winner = Assert.IsType<TopicCreation.Created>(rival).Topic;
        Assert.Equal(new TopicCreation.AlreadyExists(winner), outcome);
    }

    [Fact]
    public async Task A_creation_in_doubt_that_finds_a_rivals_topic_has_lost()
    {
        _store.BeforeTheNextWrite(async () =>
        {
            await TryCreateAsync(_store.OtherNode, Orders);
            throw new StorageOutcomeUnknownException("The request was lost.");
        });

        Assert.IsType<TopicCreation.AlreadyExists>(await TryCreateAsync(_store.Node, Orders));
    }

    [Fact]
    public async Task Doubt_that_does_not_end_is_reported_as_doubt_after_a_bounded_number_of_attempts()
    {
        _store.Tables.Interception.Before = static call =>
            call.Operation == Simulation.StorageOperation.ExecuteTransaction
                ? throw new StorageOutcomeUnknownException("The request was lost.")
                : ValueTask.CompletedTask;

        var creation = _store.CreateAsync(Orders);
        while (!creation.IsCompleted)
        {
            _store.Time.Advance(ConditionalChange.PauseMax);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => creation);
        Assert.Equal(TopicCatalog.AttemptsMax, _store.Tables.Operations.TableTransactions);
    }

    [Fact]
    public async Task A_store_that_fails_while_a_creation_is_in_doubt_leaves_it_in_doubt()
    {
        _store.LoseTheNextAnswer(thenDo: () =>
        {
            _store.Tables.Interception.Before = static _ => throw new StorageUnavailableException("Busy.");
            return ValueTask.CompletedTask;
        });

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _store.CreateAsync(Orders));
    }

    [Fact]
    public async Task A_store_that_fails_before_anything_was_written_is_reported_as_unavailable()
    {
        _store.Tables.Interception.Before = static _ => throw new StorageUnavailableException("Busy.");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.CreateAsync(Orders));
    }
}
