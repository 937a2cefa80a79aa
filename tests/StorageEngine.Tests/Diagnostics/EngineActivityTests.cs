using System.Diagnostics;
using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Diagnostics;

[Collection(ListensAlone.Name)]
public sealed class EngineActivityTests : IDisposable
{
    private const string First = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Second = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-00";

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task An_append_is_part_of_its_request_and_tells_where_it_went()
    {
        using var traced = new Traced();
        using var request = traced.Request();

        await _world.Append(_world.StartNode(), _topic, "a", "b");

        var append = traced.One("append");
        Assert.Equal(request.SpanId, append.ParentSpanId);
        Assert.Equal("append orders", append.DisplayName);
        Assert.Equal("orders", append.GetTagItem("messaging.destination.name"));
        Assert.Equal("0", append.GetTagItem("messaging.destination.partition.id"));
        Assert.Equal(2, append.GetTagItem("messaging.batch.message_count"));
        Assert.Equal("ok", append.GetTagItem("serverless.outcome"));
    }

    [Fact]
    public async Task The_calls_of_storage_stand_below_the_commit_and_the_commit_below_the_append()
    {
        using var traced = new Traced();
        using var request = traced.Request();

        await _world.Append(_world.StartNode(), _topic, "a");

        var commit = traced.One("commit");
        Assert.Equal(traced.One("append").SpanId, commit.ParentSpanId);
        var stored = traced.One("segment.append");
        Assert.Equal(commit.SpanId, stored.ParentSpanId);
        Assert.Equal(ActivityKind.Client, stored.Kind);
        Assert.Equal("ok", stored.GetTagItem("serverless.outcome"));
        Assert.All(traced.Engine, one => Assert.Equal(request.TraceId, one.TraceId));
    }

    [Fact]
    public async Task A_block_of_several_requests_is_a_commit_of_the_first_and_linked_to_the_others()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        using var traced = new Traced();

        SlowAppends();
        var (_, first) = Send(traced, node);
        var (one, second) = Send(traced, node);
        var (other, third) = Send(traced, node);
        await _world.Finish(Task.WhenAll(first, second, third));

        var commit = traced.Engine.Last(static one => one.OperationName == "commit");
        Assert.Equal(one, commit.TraceId);
        Assert.Equal(other, Assert.Single(commit.Links).Context.TraceId);
        Assert.Equal(2, commit.GetTagItem("serverless.appends"));
    }

    [Fact]
    public async Task What_fails_is_an_error_of_the_trace()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.Append
            ? throw new StorageUnavailableException("Storage is away.")
            : ValueTask.CompletedTask;
        using var traced = new Traced();
        using var request = traced.Request();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Append(node, _topic, "b"));

        var append = traced.One("append");
        Assert.Equal((ActivityStatusCode.Error, "unavailable"), (append.Status, append.StatusDescription));
    }

    [Fact]
    public async Task A_fetch_is_linked_to_each_request_that_produced_its_records_once()
    {
        var node = _world.StartNode();
        await SendAsync(node, BatchOf(First, First, Second, null, "nonsense"));
        using var traced = new Traced();
        using var request = traced.Request();

        await FetchAsync(node, 0);

        Assert.Equal(
            ["0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"],
            traced.One("fetch").Links.Select(static link => link.Context.TraceId.ToHexString()));
    }

    [Fact]
    public async Task A_fetch_is_not_linked_to_records_before_its_offset()
    {
        var node = _world.StartNode();
        await SendAsync(node, BatchOf(First, Second));
        using var traced = new Traced();
        using var request = traced.Request();

        await FetchAsync(node, 1);

        Assert.Equal(
            "1af7651916cd43dd8448eb211c80319c",
            Assert.Single(traced.One("fetch").Links).Context.TraceId.ToHexString());
    }

    [Fact]
    public async Task A_fetch_of_many_requests_is_linked_to_a_bounded_number_of_them()
    {
        var node = _world.StartNode();
        await SendAsync(node, BatchOf([.. Enumerable.Range(1, 100).Select(
            static n => $"00-0af7651916cd43dd8448eb211c8{n:x5}-b7ad6b7169203331-01")]));
        using var traced = new Traced();
        using var request = traced.Request();

        await FetchAsync(node, 0);

        Assert.Equal(TraceContext.LinksMax, traced.One("fetch").Links.Count());
    }

    [Fact]
    public async Task A_batch_that_came_from_elsewhere_is_linked_to_its_producer()
    {
        using var traced = new Traced();
        using var request = traced.Request();

        await SendAsync(_world.StartNode(), BatchOf(First));

        Assert.Single(traced.One("append").Links);
    }

    [Fact]
    public async Task A_request_that_is_not_traced_leaves_no_trace()
    {
        using var traced = new Traced();
        using var request = new Activity("request");
        request.SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);
        request.Start();

        await _world.Append(_world.StartNode(), _topic, "a");

        Assert.Empty(traced.Engine);
    }

    [Fact]
    public async Task What_goes_on_for_all_waiting_readers_is_not_part_of_the_request_that_began_it()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        using var traced = new Traced();
        var request = traced.Request();
        var waiting = _world.Start(() => node.WaitAsync(
            _topic, [new PartitionPosition(0, 1)], TimeSpan.FromSeconds(3), CancellationToken.None));
        request.Dispose();

        Assert.False(await _world.Finish(waiting));

        Assert.Empty(traced.Engine);
    }

    [Fact]
    public async Task Nothing_of_a_record_is_told()
    {
        using var traced = new Traced();
        using var request = traced.Request();
        var node = _world.StartNode();
        var builder = new RecordBatchBuilder();
        builder.Append(1, "hush-key"u8.ToArray(), "hush-value"u8.ToArray(), [new("hush", "hush"u8.ToArray())]);

        await SendAsync(node, builder.Build());
        await FetchAsync(node, 0);

        Assert.All(
            traced.Engine.SelectMany(static one => one.TagObjects),
            static tag => Assert.DoesNotContain("hush", tag.Key + tag.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nobody_listens_a_trace_costs_no_byte()
    {
        var batch = LogWorld.BatchOf("a");
        Trace(batch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Trace(batch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Where_a_request_is_not_sampled_a_trace_costs_no_byte()
    {
        using var traced = new Traced();
        using var request = new Activity("request");
        request.SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);
        request.Start();
        var batch = LogWorld.BatchOf("a");
        Trace(batch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Trace(batch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Trace(RecordBatch batch)
    {
        using var append = EngineActivities.StartAppend(_topic, 0, batch);
        using var commit = EngineActivities.StartCommit(append);
        using var stored = EngineActivities.StartStorage("segment.append", "a");
        EngineActivities.LinkCommit([]);
        EngineActivities.End(stored, OutcomeNames.Ok);
        EngineActivities.End(append, OutcomeNames.Ok);
        using var fetch = EngineActivities.StartFetch(_topic, 0, 0);
        EngineActivities.End(fetch, OutcomeNames.Ok);
    }

    private (ActivityTraceId Trace, Task<AppendOutcome> Append) Send(Traced traced, EventLog node)
    {
        using var request = traced.Request();
        return (request.TraceId, _world.Begin(node, _topic, LogWorld.BatchOf("x")));
    }

    private async Task SendAsync(EventLog node, RecordBatch batch) =>
        Assert.IsType<AppendOutcome.Appended>(await _world.Send(node, _topic, batch));

    // The simulated store answers at once; with a slow one appends gather behind the one that is under way.
    private void SlowAppends() => _world.Segments.Interception.Before = call => call.Operation == StorageOperation.Append
        ? new ValueTask(Task.Delay(TimeSpan.FromMilliseconds(10), _world.Time))
        : ValueTask.CompletedTask;

    private Task<FetchOutcome> FetchAsync(EventLog node, long offset) =>
        _world.Run(() => node.FetchAsync(_topic, 0, offset, 1_000_000, CancellationToken.None));

    private static RecordBatch BatchOf(params string?[] parents)
    {
        var builder = new RecordBatchBuilder();
        foreach (var parent in parents)
        {
            RecordHeader[] headers = parent is null
                ? []
                : [new(TraceContext.Parent, Encoding.UTF8.GetBytes(parent))];
            builder.Append(1_000, null, "x"u8.ToArray(), headers);
        }

        return builder.Build();
    }
}
