using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>What a log remembers of earlier appends: the same on every node, from its blocks alone.</summary>
public sealed class AppendHistoryTests
{
    private static readonly PartitionId Partition = new(LogWorld.TopicOf().Id, 0);
    private static readonly SegmentName Segment = LogKeys.SegmentName(Partition, baseOffset: 0, nonce: 1);

    // Producer or request, who it is, where its batch begins (small numbers, so that some continue and some do not), how
    // many hours the clock moves, and whether the block carries the state.
    private static readonly Gen<(int Identity, int Who, int First, int Hours, bool Checkpoint)[]> Blocks =
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[0, 4], Gen.Int[-3, 20], Gen.Bool).Array[1, 40];

    [Fact]
    public void What_is_remembered_is_the_same_from_any_checkpoint() => Blocks.Sample(
        static steps =>
        {
            var log = Write(steps, out var folded);

            for (var from = 0; from < log.Count; from++)
            {
                if (log[from].Body.State is null)
                {
                    continue;
                }

                var opened = log.Skip(from).Aggregate(
                    LogRules.Before(Partition.Log, Segment, log[from]), LogRules.Apply);
                Assert.Equal(folded.Time, opened.Time);
                Assert.Equal(folded.History, opened.History);
            }
        },
        iter: 300);

    [Fact]
    public void The_logs_time_never_falls_and_is_the_largest_clock_reading_so_far() => Blocks.Sample(static steps =>
    {
        var log = Write(steps, out var folded);

        Assert.Equal(log.Max(static block => block.Header.WrittenAt), folded.Time);
    });

    [Fact]
    public void A_checkpoint_of_a_version_that_remembered_nothing_makes_every_node_forget()
    {
        var first = Next(LogState.Empty(Partition.Log, Segment), 1_000, checkpoint: true, Batch(1, 0), history: true);
        var known = LogRules.Apply(LogState.Empty(Partition.Log, Segment), first);
        var old = Next(known, 500, checkpoint: true, Batch(2, 0), history: false);

        var folded = LogRules.Apply(known, old);

        Assert.Equal(1, known.History.Producers.Count);
        Assert.Equal([2L], folded.History.Producers.All.Select(static state => state.Key));
        Assert.Equal(500, folded.Time);
        Assert.Equal(folded.History, LogRules.Apply(LogRules.Before(Partition.Log, Segment, old), old).History);
    }

    [Fact]
    public void A_checkpoint_that_remembers_something_else_is_refused()
    {
        var state = LogState.Empty(Partition.Log, Segment);
        var drifted = state with { History = state.History with { FencingToken = "x" } };

        Assert.Throws<CorruptDataException>(
            () => LogRules.Apply(state, Next(drifted, 1_000, checkpoint: true, Batch(1, 0), history: true)));
    }

    [Fact]
    public void What_expired_goes_with_the_next_checkpoint()
    {
        var state = LogState.Empty(Partition.Log, Segment);
        state = LogRules.Apply(state, Next(state, 0, checkpoint: true, Batch(1, 0), history: true));
        const long Later = (24 * 60 * 60 * 1_000) + 1;

        var data = LogRules.Apply(state, Next(state, Later, checkpoint: false, Batch(2, 0), history: true));
        var checkpoint = LogRules.Apply(data, Next(data, Later, checkpoint: true, Batch(3, 0), history: true));

        Assert.Equal(2, data.History.Producers.Count);
        Assert.Equal([2L, 3], checkpoint.History.Producers.All.Select(static known => known.Key));
    }

    [Fact]
    public void A_block_without_repeatable_batches_leaves_the_very_same_history()
    {
        var state = LogState.Empty(Partition.Log, Segment);
        state = LogRules.Apply(state, Next(state, 0, checkpoint: true, Batch(1, 0), history: true));

        var next = LogRules.Apply(
            state, Next(state, 0, checkpoint: false, new(LogWorld.BatchOf("plain"), null), history: true));

        Assert.Same(state.History, next.History);
    }

    private static List<LogBlock> Write(
        (int Identity, int Who, int First, int Hours, bool Checkpoint)[] steps, out LogState folded)
    {
        var log = new List<LogBlock>();
        var (state, now) = (LogState.Empty(Partition.Log, Segment), 100L * 60 * 60 * 1_000);
        foreach (var (identity, who, first, hours, checkpoint) in steps)
        {
            now += hours * 60L * 60 * 1_000;
            var batch = identity switch
            {
                0 => new KeyedBatch(LogWorld.BatchOf("a", "b"), null),
                1 => new KeyedBatch(LogWorld.BatchOf("a", "b"), new RequestKey((UInt128)who, first)),
                _ => Batch(who, first, (short)(identity - 2)),
            };
            var block = Next(state, now, checkpoint || log.Count == 0, batch, history: true);
            log.Add(block);
            state = LogRules.Apply(state, block);
        }

        folded = state;
        return log;
    }

    private static LogBlock Next(LogState state, long writtenAt, bool checkpoint, KeyedBatch batch, bool history)
    {
        var kind = checkpoint ? BlockKind.Checkpoint : BlockKind.Data;
        var snapshot = history ? state.Snapshot() : state.Snapshot() with { History = null };
        var body = checkpoint ? new BlockBody(snapshot, Leader: null, Seal: null) : BlockBody.Empty;
        var stamp = new BlockStamp(kind, 0, WriterId: 1, (UInt128)state.NextBlockNumber + 1, writtenAt);
        var encoded = BlockEncoder.Encode(state, stamp, body, Partition, [batch]);
        return BlockDecoder.Decode(Segment, state.Tail, encoded.Bytes.ToArray());
    }

    private static KeyedBatch Batch(long producer, int sequence, short epoch = 0)
    {
        var builder = new RecordBatchBuilder();
        builder.Append(1_000, null, null, []);
        builder.Append(1_000, null, null, []);
        builder.SetProducer(producer, epoch, sequence);
        return new KeyedBatch(builder.Build(), null);
    }
}
