using System.Buffers;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

public sealed class SimulatedSegmentAppendTests : SegmentAppendConformance
{
    protected override ISegmentStore Store { get; } = new SimulatedSegmentStore();
}

public sealed class SimulatedSegmentReadTests : SegmentReadConformance
{
    protected override ISegmentStore Store { get; } = new SimulatedSegmentStore();
}

public sealed class SimulatedSegmentLifeTests : SegmentLifeConformance
{
    protected override ISegmentStore Store { get; } = new SimulatedSegmentStore();
}

public sealed class SimulatedSegmentWholeTests : SegmentWholeConformance
{
    protected override ISegmentStore Store { get; } = new SimulatedSegmentStore();
}

/// <summary>What only the simulated store has: a low block limit, hooks and counts.</summary>
public sealed class SimulatedSegmentStoreTests
{
    private static readonly SegmentName Segment = new("s");

    private readonly SimulatedSegmentStore _store = new() { BlocksMax = 2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_with_the_most_blocks_is_full_at_any_position()
    {
        await _store.CreateAsync(Segment, Token);
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(0));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(1));

        Assert.Equal(SegmentAppend.Full, await AppendAsync(2));
        Assert.Equal(SegmentAppend.Full, await AppendAsync(1));
        Assert.Equal(2, await _store.GetLengthAsync(Segment, Token));
    }

    [Fact]
    public async Task A_hook_that_throws_before_a_call_leaves_no_effect()
    {
        await _store.CreateAsync(Segment, Token);
        _store.Interception.Before = static _ => throw new StorageUnavailableException("The test refuses.");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(0));

        _store.Interception.Before = null;
        Assert.Equal(0, await _store.GetLengthAsync(Segment, Token));
    }

    [Fact]
    public async Task A_hook_that_throws_after_a_call_loses_the_answer_and_keeps_the_effect()
    {
        await _store.CreateAsync(Segment, Token);
        _store.Interception.After = static _ => throw new StorageOutcomeUnknownException("The test loses the answer.");

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => AppendAsync(0));

        _store.Interception.After = null;
        Assert.Equal(1, await _store.GetLengthAsync(Segment, Token));
    }

    [Fact]
    public async Task A_hook_may_let_a_rival_append_first()
    {
        await _store.CreateAsync(Segment, Token);
        _store.Interception.Before = async call =>
        {
            _store.Interception.Before = null;
            Assert.Equal(new StorageCall(StorageOperation.Append, "s", Position: 0), call);
            Assert.Equal(SegmentAppend.Appended, await AppendAsync(0));
        };

        Assert.Equal(SegmentAppend.PositionTaken, await AppendAsync(0));
    }

    [Fact]
    public async Task Calls_and_bytes_are_counted_and_refused_calls_write_no_bytes()
    {
        await _store.CreateAsync(Segment, Token);
        await AppendAsync(0);
        await AppendAsync(0);
        await _store.ReadAsync(Segment, 0, new byte[8], Token);

        Assert.Equal(2, _store.Operations.Appends);
        Assert.Equal(1, _store.Operations.Reads);
        Assert.Equal(1, _store.Operations.Count(StorageOperation.CreateSegment));
        Assert.Equal(4, _store.Operations.Total);
        Assert.Equal(1, _store.Operations.BytesWritten);
        Assert.Equal(1, _store.Operations.BytesRead);

        _store.Operations.Reset();
        Assert.Equal(0, _store.Operations.Total);
    }

    private Task<SegmentAppend> AppendAsync(long position) =>
        _store.AppendAsync(Segment, position, new ReadOnlySequence<byte>([7]), Token).AsTask();
}
