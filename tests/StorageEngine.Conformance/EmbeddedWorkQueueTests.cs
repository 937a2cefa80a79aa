using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>The queue before the writer: its bounds, its batches, its end.</summary>
public sealed class EmbeddedWorkQueueTests
{
    private readonly WorkQueue _queue = new(itemsMax: 3, bytesMax: 100);
    private readonly List<StorageWork> _batch = [];

    [Fact]
    public void One_item_more_than_may_wait_is_refused_with_a_hint()
    {
        _queue.Add(Work(0));
        _queue.Add(Work(0));
        _queue.Add(Work(0));

        var refusal = Assert.Throws<StorageUnavailableException>(() => _queue.Add(Work(0)));

        Assert.NotNull(refusal.RetryAfter);
    }

    [Fact]
    public void One_byte_more_than_may_wait_is_refused_and_a_smaller_item_is_taken()
    {
        _queue.Add(Work(60));

        Assert.Throws<StorageUnavailableException>(() => _queue.Add(Work(41)));
        _queue.Add(Work(40));
    }

    [Fact]
    public void A_single_item_is_taken_whatever_its_size()
    {
        _queue.Add(Work(1_000));

        Assert.Throws<StorageUnavailableException>(() => _queue.Add(Work(1)));
    }

    [Fact]
    public void What_was_taken_makes_room()
    {
        _queue.Add(Work(100));
        Assert.True(_queue.Take(_batch, 10, 1_000));

        _queue.Add(Work(100));

        Assert.Single(_batch);
    }

    [Fact]
    public void A_batch_keeps_the_order_and_ends_at_its_count()
    {
        var (first, second, third) = (Work(1), Work(2), Work(3));
        _queue.Add(first);
        _queue.Add(second);
        _queue.Add(third);

        _queue.Take(_batch, batchItemsMax: 2, batchBytesMax: 1_000);

        Assert.Equal([first, second], _batch);
    }

    [Fact]
    public void A_batch_ends_with_the_item_that_reaches_its_bytes()
    {
        _queue.Add(Work(10));
        _queue.Add(Work(30));
        _queue.Add(Work(1));

        _queue.Take(_batch, batchItemsMax: 10, batchBytesMax: 40);

        Assert.Equal([10, 30], _batch.Select(static work => work.Bytes));
    }

    [Fact]
    public void A_closed_queue_gives_what_waits_and_then_ends()
    {
        _queue.Add(Work(1));
        _queue.Close();

        Assert.Throws<ObjectDisposedException>(() => _queue.Add(Work(1)));
        Assert.False(_queue.TryAdd(Work(1)));
        Assert.True(_queue.Take(_batch, 10, 1_000));
        Assert.Single(_batch);
        Assert.False(_queue.Take(_batch, 10, 1_000));
    }

    [Fact]
    public async Task A_blocked_taker_is_woken_by_an_item_and_by_the_end()
    {
        var token = TestContext.Current.CancellationToken;
        var woken = Task.Run(() => _queue.Take(_batch, 10, 1_000), token);
        _queue.Add(Work(1));
        Assert.True(await woken);

        var ended = Task.Run(() => _queue.Take(_batch, 10, 1_000), token);
        _queue.Close();
        Assert.False(await ended);
    }

    private static StorageWork<bool> Work(long bytes) => new(static _ => true) { Bytes = bytes };
}
