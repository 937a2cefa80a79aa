using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>A healthy stored log of one partition, made from nothing, that a test then damages.</summary>
internal sealed class ModelLog
{
    public const string Segment = "00000000000000000000000007000000/00000000/0000000000000000000-0000000000000001";
    public const string Second = "00000000000000000000000007000000/00000000/0000000000000000002-0000000000000002";
    private const int BlockBytes = 1_000;
    private readonly List<List<StoredBlock>> _segments = [[]];
    private long _nextOffset;
    private long _maxTimestamp = -1;
    private long _number;
    private readonly AppendMemory _memory = new(MemoryLimits.Default);
    private int _epoch;
    private long _clock;

    private List<StoredBlock> Active => _segments[^1];

    /// <summary>A block with one batch; the first of all is a barrier, the first of a segment a checkpoint.</summary>
    public ModelLog Block(params long[] values) => Batch(-1, -1, -1, 0, values);

    /// <summary>A block with one batch of an idempotent producer, or of a request.</summary>
    public ModelLog Batch(long producer, short epoch, int sequence, UInt128 request, params long[] values)
    {
        ImmutableArray<StoredRecord> records =
            [.. values.Select((value, place) => new StoredRecord(1_000 + _nextOffset + place, value))];
        var kind = _number == 0 ? StoredBlockKind.Barrier
            : Active.Count == 0 ? StoredBlockKind.Checkpoint
            : StoredBlockKind.Data;
        var last = records[^1].Timestamp;
        var batch = new StoredBatch(_nextOffset, producer, epoch, sequence, last, false, request, records);
        Add(kind, successor: null, token: null, batch);
        _nextOffset = batch.NextOffset;
        _maxTimestamp = batch.MaxTimestamp;
        return this;
    }

    /// <summary>A checkpoint that sets the fencing token.</summary>
    public ModelLog Fence(string token)
    {
        Add(StoredBlockKind.Checkpoint, successor: null, token);
        return this;
    }

    /// <summary>Time goes by.</summary>
    public ModelLog Wait(int hours)
    {
        _clock += hours * 3_600_000L;
        return this;
    }

    /// <summary>A seal that leads to <see cref="Second"/>.</summary>
    public ModelLog Roll()
    {
        Add(StoredBlockKind.Seal, Second, token: null);
        _segments.Add([]);
        return this;
    }

    public StoredLog Build() => new(
    [
        new StoredPartition(
            Story.Partition,
            [.. _segments.Select((blocks, place) => new StoredSegment(
                place == 0 ? Segment : Second, blocks.Count * BlockBytes, [.. blocks], []))],
            ImmutableSortedDictionary<string, byte[]>.Empty.Add($"head|{Story.Partition.Log}", Head(Segment, 0))),
    ]);

    /// <summary>The same log with one block changed.</summary>
    public static StoredLog With(StoredLog log, int number, Func<StoredBlock, StoredBlock> change) => new(
    [
        log.Partitions[0] with
        {
            Segments =
            [
                .. log.Partitions[0].Segments.Select(segment => segment with
                {
                    Blocks = [.. segment.Blocks.Select(block => block.Number == number ? change(block) : block)],
                }),
            ],
        },
    ]);

    /// <summary>The same log with one row set.</summary>
    public static StoredLog With(StoredLog log, string key, byte[] row) => new(
        [log.Partitions[0] with { Rows = log.Partitions[0].Rows.SetItem(key, row) }]);

    public static byte[] Head(string segment, long position, long baseOffset = 0) => Encoding.UTF8.GetBytes(
        $$"""
        {"segment":"{{segment}}","segmentBaseOffset":{{baseOffset}},"checkpointPosition":{{position}},
        "logStartOffset":0,"deleted":false}
        """);

    private void Add(StoredBlockKind kind, string? successor, string? token, params StoredBatch[] batches)
    {
        var sections = ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>>.Empty;
        if (kind != StoredBlockKind.Data)
        {
            sections = sections.Add(1, State()).Add(4, Memory());
        }

        if (kind == StoredBlockKind.Barrier)
        {
            _epoch++;
            sections = sections.Add(2, Node(1, "n1"));
        }

        if (successor is not null)
        {
            sections = sections.Add(3, Text(successor));
        }

        if (token is not null)
        {
            sections = sections.Add(5, Text(token));
        }

        var at = Active.Count * BlockBytes;
        Active.Add(new StoredBlock(
            _segments.Count == 1 ? Segment : Second,
            at,
            BlockBytes,
            kind,
            _epoch,
            (UInt128)Story.Partition.Log.Value,
            Writer: 1,
            Nonce: (UInt128)_number + 100,
            _number,
            Active.Count == 0 ? -1 : at - BlockBytes,
            WrittenAt: _clock + _number,
            ChainHash: (UInt128)_number,
            NextChainHash: (UInt128)_number + 1,
            [.. batches],
            sections));
        _number++;
        _memory.Begin(Active[^1]);
        foreach (var batch in batches)
        {
            _memory.Add(batch);
        }

        _memory.End(Active[^1]);
    }

    private byte[] Memory()
    {
        var memory = _memory.Now();
        return
        [
            .. Bytes(memory.Time),
            .. Text(memory.FencingToken),
            .. Bytes(memory.Producers.Length)[4..],
            .. memory.Producers.SelectMany(static one => (byte[])
            [
                .. Bytes(one.Id),
                .. Bytes(one.Epoch)[6..],
                .. Bytes(one.LastTime),
                .. Bytes(one.FirstSequence)[4..],
                (byte)one.Batches.Length,
                .. one.Batches.SelectMany(static batch => (byte[])
                [
                    .. Bytes(batch.RecordCount)[4..], .. Bytes(batch.BaseOffset), .. Bytes(batch.AppendTime),
                ]),
            ]),
            .. Bytes(0)[4..],
        ];
    }

    // The index has one entry: blocks are small, and the next one would be 1 MiB away.
    private byte[] State()
    {
        var first = Active.FirstOrDefault(static block => block.Batches.Length > 0);
        var batches = Active.SelectMany(static block => block.Batches).ToList();
        long[] numbers =
        [
            first?.Batches[0].BaseOffset ?? _nextOffset,
            Active is [var created, ..] ? created.WrittenAt : 0,
            Active.Count,
            _nextOffset,
            _maxTimestamp,
            batches.Count == 0 ? long.MaxValue : batches.Min(static batch => batch.MaxTimestamp),
        ];
        var baseOffset = first?.Batches[0].BaseOffset ?? 0;
        long[] index = first is null
            ? [1024 * 1024, 0]
            : [1024 * 1024, 1, first.Position, baseOffset, baseOffset == 0 ? -1 : 1_001];
        return [.. numbers.SelectMany(Bytes), .. _epoch == 0 ? Node(0, "") : Node(1, "n1"), .. index.SelectMany(Bytes)];
    }

    private static byte[] Node(UInt128 id, string address)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return [.. bytes, .. Text(address)];
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, text.Length);
        return [.. bytes, .. Encoding.UTF8.GetBytes(text)];
    }

    private static byte[] Bytes(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
