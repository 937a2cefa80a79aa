using System.Buffers;
using System.Collections.Immutable;
using Serverless.StorageEngine.Producers;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The bytes of the log's time and of what a log remembers of earlier appends (<c>FORMAT.md</c>, section
/// 4).</summary>
internal static class AppendHistoryFormat
{
    /// <summary>Bytes of the section's content when nothing is remembered.</summary>
    public const int BytesMin = 20;

    /// <summary>The most producers; more are no section.</summary>
    public const int ProducersMax = 1_000;

    /// <summary>The most batches of a producer.</summary>
    public const int BatchesMax = 5;

    /// <summary>The most runs of records of keyed requests.</summary>
    public const int RequestRunsMax = 4_096;

    private const int ProducerBytes = 23;
    private const int BatchBytes = 20;
    private const int RunBytes = 48;

    /// <summary>At least as many bytes as <see cref="Write"/> needs.</summary>
    public static int BytesMax(AppendHistory history) =>
        BytesMin
        + AppendConditions.FencingTokenBytesMax
        + (history.Producers.Count * (ProducerBytes + (BatchesMax * BatchBytes)))
        + (history.Requests.Count * RunBytes);

    /// <summary>Writes the section's content.</summary>
    public static void Write(ArrayBufferWriter<byte> target, long time, AppendHistory history)
    {
        SectionBytes.WriteInt64(target, time);
        SectionBytes.WriteText(target, history.FencingToken);
        SectionBytes.WriteInt32(target, history.Producers.Count);
        foreach (var (id, state) in history.Producers.All)
        {
            SectionBytes.WriteInt64(target, id);
            WriteProducer(target, state);
        }

        SectionBytes.WriteInt32(target, history.Requests.Count);
        foreach (var run in history.Requests.All)
        {
            WriteRun(target, run);
        }
    }

    /// <summary>Reads the section's content.</summary>
    /// <exception cref="ArgumentException">The bytes end too early, or state what cannot be.</exception>
    public static (long Time, AppendHistory History) Read(ReadOnlySpan<byte> source)
    {
        var time = SectionBytes.ReadInt64(ref source);
        var fencingToken = SectionBytes.ReadText(ref source);
        var producers = new KeyValuePair<long, ProducerState>[ReadCount(ref source, ProducersMax)];
        for (var place = 0; place < producers.Length; place++)
        {
            producers[place] = new(SectionBytes.ReadInt64(ref source), ReadProducer(ref source));
        }

        var runs = new RequestRun[ReadCount(ref source, RequestRunsMax)];
        for (var place = 0; place < runs.Length; place++)
        {
            runs[place] = ReadRun(ref source);
        }

        return (time, new AppendHistory(ProducerStates.Of(producers), RequestWindow.Of(runs), fencingToken));
    }

    private static void WriteProducer(ArrayBufferWriter<byte> target, ProducerState state)
    {
        SectionBytes.WriteInt16(target, state.Epoch);
        SectionBytes.WriteInt64(target, state.LastTime);
        SectionBytes.WriteInt32(target, state.FirstSequence);
        SectionBytes.WriteByte(target, (byte)state.Batches.Length);
        foreach (var batch in state.Batches)
        {
            SectionBytes.WriteInt32(target, batch.RecordCount);
            SectionBytes.WriteInt64(target, batch.BaseOffset);
            SectionBytes.WriteInt64(target, batch.AppendTime);
        }
    }

    private static ProducerState ReadProducer(ref ReadOnlySpan<byte> source)
    {
        var epoch = SectionBytes.ReadInt16(ref source);
        var lastTime = SectionBytes.ReadInt64(ref source);
        var firstSequence = SectionBytes.ReadInt32(ref source);
        var count = SectionBytes.ReadByte(ref source);
        ArgumentOutOfRangeException.ThrowIfZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BatchesMax);
        var batches = ImmutableArray.CreateBuilder<ProducerBatch>(count);
        while (batches.Count < count)
        {
            batches.Add(new ProducerBatch(
                SectionBytes.ReadInt32(ref source),
                SectionBytes.ReadInt64(ref source),
                SectionBytes.ReadInt64(ref source)));
        }

        return new ProducerState(epoch, firstSequence, batches.MoveToImmutable(), lastTime);
    }

    private static void WriteRun(ArrayBufferWriter<byte> target, RequestRun run)
    {
        SectionBytes.WriteBits128(target, run.Request);
        SectionBytes.WriteInt32(target, run.FirstOrdinal);
        SectionBytes.WriteInt32(target, run.RecordCount);
        SectionBytes.WriteInt64(target, run.BaseOffset);
        SectionBytes.WriteInt64(target, run.AppendTime);
        SectionBytes.WriteInt64(target, run.LastTime);
    }

    private static RequestRun ReadRun(ref ReadOnlySpan<byte> source) => new(
        SectionBytes.ReadBits128(ref source),
        SectionBytes.ReadInt32(ref source),
        SectionBytes.ReadInt32(ref source),
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source),
        SectionBytes.ReadInt64(ref source));

    private static int ReadCount(ref ReadOnlySpan<byte> source, int countMax)
    {
        var count = SectionBytes.ReadInt32(ref source);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, countMax);
        return count;
    }
}
