using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

/// <summary>Sealed segments of one log, block by block as a test wants them, and copies of them.</summary>
internal sealed class SealedLog
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeIdentity Node = new(0x1111, "http://n1");

    private readonly OneThread _thread = new();
    private readonly CopyMemory _memory = new();
    private LogState _state;
    private int _names;
    private ulong _nonce;

    public SealedLog()
    {
        var first = LogKeys.SegmentName(Partition, 0, _names++);
        _state = LogState.Empty(Partition.Log, first);
        Assert.True(Segments.CreateAsync(first, None).AsTask().IsCompletedSuccessfully);
    }

    public static PartitionId Partition { get; } = new(new TopicId((UInt128)7 << 24), 3);

    public SimulatedSegmentStore Segments { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The rows of the sealed segments, in order.</summary>
    public List<SegmentRow> Rows { get; } = [];

    public SegmentScan Scan => new(Segments, _memory, Time, new Random(1));

    /// <summary>Appends a block with batches under an epoch.</summary>
    public async Task AppendAsync(int epoch, params RecordBatch[] batches)
    {
        var isFirst = _state.Tail == 0;
        var body = isFirst ? new BlockBody(_state.Snapshot(), null, null) : BlockBody.Empty;
        await AppendAsync(isFirst ? BlockKind.Checkpoint : BlockKind.Data, epoch, body, batches);
    }

    public Task AppendAsync(params RecordBatch[] batches) => AppendAsync(Math.Max(1, _state.Epoch), batches);

    /// <summary>Seals the segment that is being written.</summary>
    public async Task<SegmentRow> SealAsync()
    {
        if (_state.Tail == 0)
        {
            await AppendAsync();
        }

        var (before, successor) = (_state, LogKeys.SegmentName(Partition, _state.NextOffset, _names++));
        await Segments.CreateAsync(successor, None);
        var length = await AppendAsync(
            BlockKind.Seal, _state.Epoch, new BlockBody(_state.Snapshot(), null, new SealMark(successor)), []);
        Rows.Add(SegmentRow.Of(before, before.Tail, length, sealedAt: 1_000));
        return Rows[^1];
    }

    /// <summary>Copies all sealed segments, or some rows instead.</summary>
    public async Task<CopiedSegment> CopyAsync(
        CopyCompression? compression = null, RecordSelection? selection = null, params SegmentRow[] rows)
    {
        var job = new CopyJob(
            Partition,
            rows.Length > 0 ? rows : Rows,
            LogKeys.CopyName(Partition, (rows.Length > 0 ? rows[0] : Rows[0]).BaseOffset, _names++),
            compression ?? CopyCompression.AsItIs);
        return await Run(() => Writer().WriteAsync(job, selection, None));
    }

    public CopyWriter Writer() => new(Segments, new Codecs(), _memory, Node, Time, new Random(_names));

    public static CopyCompression Compression(string type) =>
        CopyCompression.Of(LogWorld.TopicOf(1, ("compression.type", type)).Config);

    /// <summary>The blocks of a segment from an offset on.</summary>
    public async Task<List<LogBlock>> BlocksAsync(SegmentRow row, long from = 0) => await Run(async () =>
    {
        var blocks = new List<LogBlock>();
        await foreach (var block in Scan.ReadAsync(Partition.Log, row, from, None))
        {
            blocks.Add(block);
        }

        return blocks;
    });

    public async Task<List<RecordBatch>> BatchesAsync(SegmentRow row, long from = 0) =>
        [.. (await BlocksAsync(row, from)).SelectMany(static block => block.Batches)];

    /// <summary>The records of segments, as text that two of them share only when nothing differs.</summary>
    public async Task<List<string>> RecordsAsync(params SegmentRow[] rows)
    {
        var records = new List<string>();
        foreach (var row in rows)
        {
            foreach (var batch in await BatchesAsync(row))
            {
                records.AddRange(RecordBatchReader.ReadRecords(batch, new Codecs()).Select(Text));
            }
        }

        return records;
    }

    public static string Text(Record record) =>
        $"{record.Offset} {record.Timestamp} {Hex(record.Key)} {Hex(record.Value)} "
        + string.Join(',', record.Headers.Select(static header => $"{header.Name}={Hex(header.Value)}"));

    /// <summary>Does some work; time passes while it waits.</summary>
    public async Task<T> Run<T>(Func<ValueTask<T>> work)
    {
        var outside = SynchronizationContext.Current;
        _thread.Adopt();
        SynchronizationContext.SetSynchronizationContext(_thread);
        Task<T> task;
        try
        {
            task = work().AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }

        while (!task.IsCompleted)
        {
            if (!_thread.TryRunNext())
            {
                Time.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        return await task;
    }

    private async Task<int> AppendAsync(
        BlockKind kind, int epoch, BlockBody body, IReadOnlyList<RecordBatch> batches)
    {
        var encoded = BlockEncoder.Encode(
            _state,
            new BlockStamp(kind, epoch, Node.Id, ++_nonce, WrittenAt: 1_000),
            body,
            Partition,
            [.. batches.Select(static batch => new KeyedBatch(batch, null))]);
        Assert.Equal(
            SegmentAppend.Appended,
            await Segments.AppendAsync(_state.Segment, _state.Tail, encoded.Bytes, None));
        _state = LogRules.Apply(_state, encoded.Block);
        return encoded.Block.Header.Length;
    }

    private static string Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Convert.ToHexString(some.Span) : "null";
}
