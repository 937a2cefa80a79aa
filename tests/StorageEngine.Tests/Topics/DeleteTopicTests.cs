using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class DeleteTopicTests
{
    private readonly TopicCatalogFixture _store = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_creation_that_arrives_again_after_the_deletion_does_not_bring_the_topic_back(bool usedBefore)
    {
        if (usedBefore)
        {
            await _store.CreateAsync(TopicCatalogFixture.Orders);
            await _store.Node.DeleteAsync(TopicCatalogFixture.Orders, TopicCatalogFixture.Token);
        }

        var sent = new RepeatedWrites(_store.Tables);
        var node = new TopicCatalog(
            sent, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), _store.Time, new Random(3));
        await TopicCatalogFixture.TryCreateAsync(node, TopicCatalogFixture.Orders);
        await _store.Node.DeleteAsync(TopicCatalogFixture.Orders, TopicCatalogFixture.Token);

        await sent.RepeatAsync();

        Assert.Null(await _store.OtherNode.FindAsync(TopicCatalogFixture.Orders, TopicCatalogFixture.Token));
        await _store.CreateAsync(TopicCatalogFixture.Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_creation_in_doubt_whose_topic_was_deleted_meanwhile_has_happened_and_creates_no_other(
        bool usedBefore)
    {
        if (usedBefore)
        {
            await _store.CreateAsync(Orders);
            await _store.Node.DeleteAsync(Orders, Token);
        }

        _store.LogsDeleted.Clear();
        _store.LoseTheNextAnswer(async () => await _store.OtherNode.DeleteAsync(Orders, Token));
        var created = await _store.CreateAsync(Orders);

        Assert.Null(await _store.OtherNode.FindAsync(Orders, Token));
        Assert.Equal([(created.Id, 1)], _store.LogsDeleted);
    }

    [Fact]
    public async Task A_creation_in_doubt_that_finds_the_name_used_by_others_since_begins_a_life_of_its_own()
    {
        _store.LoseTheNextAnswer(async () =>
        {
            await _store.OtherNode.DeleteAsync(Orders, Token);
            await TryCreateAsync(_store.OtherNode, Orders);
            await _store.OtherNode.DeleteAsync(Orders, Token);
        });
        var created = await _store.CreateAsync(Orders);

        Assert.Equal(created, await _store.OtherNode.FindAsync(Orders, Token));
        Assert.DoesNotContain(created.Id, _store.LogsDeleted.Select(static one => one.Id));
    }

    [Fact]
    public async Task A_later_life_of_a_name_was_created_later_whatever_the_clocks_say()
    {
        var behind = new TopicCatalog(
            _store.Tables,
            static (_, _, _) => ValueTask.CompletedTask,
            new TopicCatalogSettings(),
            new FakeTimeProvider(Noon - TimeSpan.FromMinutes(5)),
            new Random(4));
        var first = await _store.CreateAsync(Orders);
        await _store.Node.DeleteAsync(Orders, Token);

        var second = Assert.IsType<TopicCreation.Created>(await TryCreateAsync(behind, Orders)).Topic;

        Assert.Equal(first.CreatedAt.AddMilliseconds(1), second.CreatedAt);
        Assert.Equal(second, await _store.OtherNode.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task A_name_of_the_first_version_can_be_used_again()
    {
        await _store.Tables.ExecuteAsync(
            TopicCatalog.TablePartition, [new RowChange.Insert("name|orders", ReadOnlyMemory<byte>.Empty)], Token);

        Assert.Equal(Noon, (await _store.CreateAsync(Orders)).CreatedAt);
    }

    [Fact]
    public async Task A_deleted_topic_is_not_found_and_its_logs_are_ended_once()
    {
        var topic = await _store.CreateAsync(Orders, 3);
        await _store.Node.FindAsync(Orders, Token);

        Assert.Equal(TopicDeletion.Deleted, await _store.Node.DeleteAsync(Orders, Token));

        Assert.Null(await _store.Node.FindAsync(Orders, Token));
        Assert.Equal([(topic.Id, 3)], _store.LogsDeleted);
        Assert.Equal("name|orders", Assert.Single(await RowsAsync()).Key);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_cannot_be_deleted()
    {
        Assert.Equal(TopicDeletion.UnknownTopic, await _store.Node.DeleteAsync(Orders, Token));
        Assert.Empty(_store.LogsDeleted);
    }

    [Fact]
    public async Task A_name_that_became_free_makes_a_topic_of_another_id()
    {
        var first = await _store.CreateAsync(Orders);
        await _store.Node.DeleteAsync(Orders, Token);

        var second = await _store.CreateAsync(Orders);

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_completed()
    {
        var topic = await _store.CreateAsync(Orders, 2);
        _store.LoseTheNextAnswer();

        Assert.Equal(TopicDeletion.Deleted, await _store.Node.DeleteAsync(Orders, Token));

        Assert.Equal([(topic.Id, 2)], _store.LogsDeleted);
    }

    [Fact]
    public async Task A_deletion_in_doubt_does_not_touch_a_new_topic_of_the_same_name()
    {
        await _store.CreateAsync(Orders);
        _store.LoseTheNextAnswer(thenDo: async () => await TryCreateAsync(_store.OtherNode, Orders));

        Assert.Equal(TopicDeletion.Deleted, await _store.Node.DeleteAsync(Orders, Token));

        Assert.NotNull(await _store.Node.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task Of_two_deletions_at_once_one_deletes_and_the_other_finds_no_topic()
    {
        await _store.CreateAsync(Orders);
        TopicDeletion? rival = null;
        _store.BeforeTheNextWrite(async () => rival = await _store.OtherNode.DeleteAsync(Orders, Token));

        Assert.Equal(TopicDeletion.UnknownTopic, await _store.Node.DeleteAsync(Orders, Token));

        Assert.Equal(TopicDeletion.Deleted, rival);
        Assert.Single(_store.LogsDeleted);
    }

    [Fact]
    public async Task Partitions_added_just_before_the_deletion_end_too()
    {
        await _store.CreateAsync(Orders, 2);
        _store.BeforeTheNextWrite(async () =>
            await _store.OtherNode.AddPartitionsAsync(Orders, 6, validateOnly: false, Token));

        await _store.Node.DeleteAsync(Orders, Token);

        Assert.Equal(6, Assert.Single(_store.LogsDeleted).Partitions);
    }

    [Fact]
    public async Task Logs_that_could_not_be_ended_are_ended_by_the_next_node_that_finishes_deletions()
    {
        var topic = await _store.CreateAsync(Orders, 2);
        _store.LogsFailWith = new StorageUnavailableException("Busy.");

        Assert.Equal(TopicDeletion.DeletedRecordsRemain, await _store.Node.DeleteAsync(Orders, Token));
        Assert.Null(await _store.Node.FindAsync(Orders, Token));

        _store.LogsFailWith = null;
        await _store.OtherNode.FinishDeletionsAsync(static damaged => Assert.Fail(damaged.Message), Token);
        Assert.Equal([(topic.Id, 2)], _store.LogsDeleted);
        Assert.Equal("name|orders", Assert.Single(await RowsAsync()).Key);
    }

    [Fact]
    public async Task A_damaged_deleted_topic_is_reported_and_keeps_no_other_one_from_being_removed()
    {
        await LeaveADamagedDeletionAsync();
        var topic = await _store.CreateAsync(Orders);
        _store.LogsFailWith = new StorageUnavailableException("Busy.");
        await _store.Node.DeleteAsync(Orders, Token);
        _store.LogsFailWith = null;
        var reports = new List<string>();

        await _store.OtherNode.FinishDeletionsAsync(damaged => reports.Add(damaged.Message), Token);

        Assert.Contains("deleted|", Assert.Single(reports), StringComparison.Ordinal);
        Assert.Equal([(topic.Id, 1)], _store.LogsDeleted);
    }

    [Fact]
    public async Task A_damaged_deleted_topic_does_not_fail_the_creation_and_deletion_of_another_one()
    {
        await LeaveADamagedDeletionAsync();
        _store.Time.Advance(TimeSpan.FromMinutes(1.1));

        await _store.CreateAsync(Orders);

        Assert.Equal(TopicDeletion.Deleted, await _store.Node.DeleteAsync(Orders, Token));
    }

    [Fact]
    public async Task A_topic_whose_logs_are_damaged_can_be_deleted_and_its_records_remain()
    {
        await _store.CreateAsync(Orders);
        _store.LogsFailWith = new CorruptDataException("Damaged.");

        Assert.Equal(TopicDeletion.DeletedRecordsRemain, await _store.Node.DeleteAsync(Orders, Token));
        Assert.Null(await _store.Node.FindAsync(Orders, Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logs_that_were_left_are_ended_by_a_later_creation_or_deletion(bool byDeletion)
    {
        var other = Name("other");
        var left = await _store.CreateAsync(Orders);
        if (byDeletion)
        {
            await _store.CreateAsync(other);
        }

        _store.LogsFailWith = new StorageOutcomeUnknownException("No answer.");
        await _store.Node.DeleteAsync(Orders, Token);
        _store.LogsFailWith = null;
        _store.Time.Advance(TimeSpan.FromMinutes(1.1));

        if (byDeletion)
        {
            await _store.Node.DeleteAsync(other, Token);
        }
        else
        {
            await _store.CreateAsync(other);
        }

        Assert.Contains((left.Id, 1), _store.LogsDeleted);
        Assert.DoesNotContain(
            await RowsAsync(), static row => row.Key.StartsWith("deleted|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deletion_that_another_node_is_at_work_on_is_left_to_it_for_a_minute()
    {
        await _store.CreateAsync(Orders);
        _store.LogsFailWith = new StorageUnavailableException("Busy.");
        await _store.Node.DeleteAsync(Orders, Token);
        _store.LogsFailWith = null;

        await _store.CreateAsync(Name("other"));

        Assert.Empty(_store.LogsDeleted);
    }

    [Fact]
    public async Task Failing_to_clean_up_after_others_does_not_fail_a_creation()
    {
        _store.Tables.Interception.Before = static call => call.Operation == StorageOperation.QueryRows
            ? throw new StorageUnavailableException("Busy.")
            : ValueTask.CompletedTask;

        Assert.IsType<TopicCreation.Created>(await TryCreateAsync(_store.Node, Orders));
    }

    private async Task<IReadOnlyList<TableRow>> RowsAsync() =>
        (await _store.Tables.QueryAsync(TopicCatalog.TablePartition, RowRange.All, 100, Token)).Rows;

    // Before every other note in the order of the keys.
    private async Task LeaveADamagedDeletionAsync() => await _store.Tables.ExecuteAsync(
        TopicCatalog.TablePartition, [new RowChange.Insert("deleted|0", "no note"u8.ToArray())], Token);
}
