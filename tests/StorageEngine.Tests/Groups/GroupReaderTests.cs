using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Tests.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupReaderTests : IDisposable
{
    private static readonly GroupId Group = Some.Group("g");
    private static readonly InstanceId Reader = Some.Id("i");

    private readonly LogWorld _world = new() { Step = TimeSpan.FromMilliseconds(10) };
    private readonly WholeNode _node;

    public GroupReaderTests() => _node = _world.StartWholeNode();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_read_returns_when_there_are_as_many_bytes_as_it_wants()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Append(_node.Log, topic, "1234");
        var began = _world.Time.GetUtcNow();

        var reading = _world.Start(() => ReadAsync(seconds: 60, bytesMin: 10));
        var appending = _world.Start(async () =>
        {
            await AppendAfterAsync(topic, seconds: 12, "567890");
            await AppendAfterAsync(topic, seconds: 20, "late");
        });

        Assert.Equal(["1234", "567890"], await ValuesAsync(reading));
        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(14));
        await _world.Finish(Done(appending));
    }

    [Fact]
    public async Task When_the_time_is_over_a_read_returns_what_there_is()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Append(_node.Log, topic, "1234");
        var began = _world.Time.GetUtcNow();

        Assert.Equal(["1234"], await ValuesAsync(_world.Start(() => ReadAsync(seconds: 12, bytesMin: 10))));

        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(14));
        Assert.Empty(await ValuesAsync(_world.Start(() => ReadAsync(seconds: 0, bytesMin: 10))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Who_wants_no_more_than_a_byte_gets_the_first_record_at_once_even_an_empty_one(int bytesMin)
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Append(_node.Log, topic, "");
        var began = _world.Time.GetUtcNow();

        Assert.Equal([""], await ValuesAsync(_world.Start(() => ReadAsync(seconds: 60, bytesMin))));

        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("1234", "5678")]
    [InlineData("1234", "5678", "90")]
    public async Task Who_wants_more_than_it_takes_gets_as_much_as_it_takes_at_once(params string[] values)
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Append(_node.Log, topic, values);
        var began = _world.Time.GetUtcNow();

        Assert.Equal(
            ["1234", "5678"], await ValuesAsync(_world.Start(() => ReadAsync(seconds: 60, bytesMin: 50, bytesMax: 8))));

        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_reader_that_begins_at_the_end_gets_all_that_comes_while_it_waits_for_more()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Latest);
        await _world.Append(_node.Log, topic, "before");

        var reading = _world.Start(() => ReadAsync(seconds: 60, bytesMin: 3));
        var appending = _world.Start(async () =>
        {
            await AppendAfterAsync(topic, seconds: 2, "a");
            await AppendAfterAsync(topic, seconds: 7, "b");
            await AppendAfterAsync(topic, seconds: 7, "c");
        });

        Assert.Equal(["a", "b", "c"], await ValuesAsync(reading));
        await _world.Finish(Done(appending));
    }

    [Fact]
    public async Task A_node_that_leaves_returns_what_a_waiting_read_has()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Append(_node.Log, topic, "1");

        var reading = _world.Start(() => ReadAsync(seconds: 60, bytesMin: 10));
        await _world.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
            _node.Log.EndWaits();
            return true;
        });

        Assert.Equal(["1"], await ValuesAsync(reading));
    }

    [Fact]
    public async Task Restored_batches_count_as_memory_until_the_records_are_answered()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await AppendCompressedAsync(topic, 1_000_000);
        var budget = new ByteBudget(100_000_000);
        using var memory = new ByteShare(budget);

        // Not enough for the first two looks: what they restored is given back.
        var read = await _world.Run(() => ReadAsync(seconds: 12, bytesMin: 2_000_000, memory: memory));

        Assert.Single(Assert.IsType<ReadOutcome.Records>(read).Consumed);
        memory.Return(1_000_000);
        Assert.True(budget.TryTake(99_900_000), "More is held than the batch that was returned.");
        Assert.False(budget.TryTake(100_000), "The batch that was returned is not held.");
    }

    [Fact]
    public async Task A_batch_that_finds_no_room_is_left_for_the_next_read()
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await AppendCompressedAsync(topic, 1_000);
        await AppendCompressedAsync(topic, 2_000);
        var budget = new ByteBudget(8_000);
        using var memory = new ByteShare(budget);

        var first = await _world.Run(() => ReadAsync(seconds: 60, bytesMin: 1, memory: memory));
        Assert.Equal(1_000, Assert.Single(Assert.IsType<ReadOutcome.Records>(first).Consumed).Record.Value!.Value.Length);
        var second = await _world.Run(() => ReadAsync(seconds: 60, bytesMin: 1, memory: memory));
        Assert.IsType<ReadOutcome.NoRoom>(second);
        memory.Dispose();
        var third = await _world.Run(() => ReadAsync(seconds: 60, bytesMin: 1, memory: new ByteShare(budget)));
        Assert.Equal(2_000, Assert.Single(Assert.IsType<ReadOutcome.Records>(third).Consumed).Record.Value!.Value.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_read_from_offsets_without_records_goes_on_behind_them_even_when_only_they_fit_a_fetch(
        int seconds)
    {
        var topic = await SubscribeAsync(AutoOffsetReset.Earliest);
        await _world.Send(_node.Log, topic, GappedBatch.Of(9, (0, "a"), (1, "b")));
        await _world.Append(_node.Log, topic, new string('k', 1_048_500));
        Assert.Equal(["a"], await ValuesAsync(_world.Start(() => ReadAsync(0, bytesMin: 1, bytesMax: 1))));
        await SeekAsync(5);

        var reads = new List<string>();
        for (var read = 0; read < 2 && reads.Count == 0; read++)
        {
            reads.AddRange(await ValuesAsync(_world.Start(() => ReadAsync(seconds, bytesMin: 1, bytesMax: 1))));
        }

        Assert.Equal(["k"], reads.Select(static value => value[..1]));
    }

    private Task<GroupOutcome> SeekAsync(long offset) => _world.Run(() => _node.Groups.ExecuteAsync(
        Group,
        new GroupRequest.Seek(
            Reader, new Dictionary<TopicPartition, long> { [new TopicPartition(Some.Name("t"), 0)] = offset }),
        CancellationToken.None));

    private async Task<Topic> SubscribeAsync(AutoOffsetReset reset)
    {
        var created = await _world.Run(async () =>
        {
            var creation = await _node.Topics.CreateAsync(
                new NewTopic(Some.Name("t"), 1, []), validateOnly: false, CancellationToken.None);
            await _node.Groups.CreateAsync(Group, Reader, Some.Settings(reset: reset), CancellationToken.None);
            await _node.Groups.ExecuteAsync(
                Group, new GroupRequest.Subscribe(Reader, Some.Topics("t")), CancellationToken.None);
            return creation;
        });
        return Assert.IsType<TopicCreation.Created>(created).Topic;
    }

    private ValueTask<ReadOutcome> ReadAsync(
        int seconds, int bytesMin, int bytesMax = 10_000_000, ByteShare? memory = null) => _node.Reader.ReadAsync(
        Group,
        Reader,
        _ => new ReadRequest(TimeSpan.FromSeconds(seconds), bytesMax, static _ => null)
        {
            BytesMin = bytesMin,
            Memory = memory,
        },
        CancellationToken.None);

    private async Task<string[]> ValuesAsync(Task<ReadOutcome> reading) =>
    [
        .. Assert.IsType<ReadOutcome.Records>(await _world.Finish(reading)).Consumed
            .Select(static one => Encoding.UTF8.GetString(one.Record.Value!.Value.Span)),
    ];

    private async ValueTask AppendAfterAsync(Topic topic, int seconds, string value)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), _world.Time);
        await _node.Log.AppendAsync(topic, 0, LogWorld.BatchOf(value), CancellationToken.None);
    }

    private async Task AppendCompressedAsync(Topic topic, int bytes)
    {
        var batch = new RecordBatchBuilder();
        batch.Append(1_000, null, new byte[bytes], []);
        await _world.Send(_node.Log, topic, batch.Build(CompressionType.Gzip, new Codecs()));
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
