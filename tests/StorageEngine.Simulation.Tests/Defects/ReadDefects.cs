using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Nodes that show readers otherwise than what is stored.</summary>
internal static class ReadDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A fetch begins behind the wanted batch", AnomalyKind.PollDiffers, static () => Fetching(
            static batches => batches.Count > 1 ? [.. batches.Skip(1)] : batches)),
        new("A fetch leaves a batch out", AnomalyKind.InternalPollSkip, static () => Fetching(
            static batches => [.. batches.Where(static (_, place) => place != 1)])),
        new("A fetch repeats a batch", AnomalyKind.InternalNonmonotonicPoll, static () => Fetching(
            static batches => [.. batches, .. batches.Take(1)])),
        new("A fetch answers batches in another order", AnomalyKind.InternalNonmonotonicPoll, static () => Fetching(
            static batches => [.. batches.Reverse()])),
        new("A fetch hides a batch that nobody ever sees", AnomalyKind.LostWrite, static () => Fetching(
            static batches => [.. batches.Where(static batch => batch.BaseOffset is < 3 or > 5)])),
        new("A node keeps the last records back", AnomalyKind.Unseen, static () => Fetching(
            static batches => [.. batches.Where(static batch => batch.BaseOffset < 20)])),
        new("A fetch goes on behind the wanted offset", AnomalyKind.PollSkip, static () => Fetching(
            static batches => batches.Count > 1 ? [.. batches.Skip(1)] : batches)),
        new("A fetch answers records under other offsets", AnomalyKind.InconsistentOffsets, static () => Fetching(
            static batches => [.. batches.Select(static batch => Copy(batch, batch.BaseOffset + 1))])),
        new("A fetch invents records", AnomalyKind.UnsentValue, static () => Fetching(
            static batches => [.. batches.Select(static batch => Invented(batch, 1_000_000_000))])),
        new("A fetch shows what will be sent later", AnomalyKind.ReadFromTheFuture, static () => Fetching(
            static batches => [.. batches.Select(static batch => Invented(batch, 40))])),
        new("A high watermark leads the log", AnomalyKind.EndAhead, static () => Watermark(
            static watermark => watermark + 1)),
        new("A high watermark falls", AnomalyKind.EndFell, static () => Watermark(
            static watermark => watermark % 3 == 0 ? watermark : watermark / 2)),
        new("A node remembers the ends of a partition for too long", AnomalyKind.StaleEnd, static () => Serving(
            static inner =>
            {
                PartitionOffsets? first = null;
                return new BrokenService(inner) { Offsets = ends => first ??= ends };
            })),
        new("A search by time finds the next record", AnomalyKind.WrongTimeLookup, static () => Serving(
            static inner => new BrokenService(inner)
            {
                Found = static found => found with { Offset = found.Offset + 1 },
            })),
        new("A search by time finds nothing", AnomalyKind.WrongTimeLookup, static () => Serving(
            static inner => new BrokenService(inner) { Found = static _ => null })),
    ];

    private static SimulationOptions Serving(Func<NodeService, NodeService> decorate) =>
        SimulationOptions.Default with { DecorateNodes = decorate };

    private static SimulationOptions Fetching(Func<IReadOnlyList<RecordBatch>, IReadOnlyList<RecordBatch>> broken) =>
        Serving(inner => new BrokenService(inner)
        {
            Fetched = fetched => fetched with { Batches = broken(fetched.Batches) },
        });

    private static RecordBatch Copy(RecordBatch batch, long baseOffset)
    {
        var copy = new RecordBatch(batch.Bytes.ToArray());
        copy.Assign(baseOffset, batch.LeaderEpoch);
        return copy;
    }

    // Clients draw their values one behind the other.
    private static RecordBatch Invented(RecordBatch batch, long later)
    {
        var builder = new RecordBatchBuilder();
        foreach (var record in RecordBatchReader.ReadRecords(batch, new Codecs()))
        {
            var value = RecordValue.Decode(record.Value.GetValueOrDefault().Span) + later;
            builder.Append(record.Timestamp, null, RecordValue.Encode(value), []);
        }

        return Copy(builder.Build(), batch.BaseOffset);
    }

    private static SimulationOptions Watermark(Func<long, long> broken) =>
        Serving(inner => new BrokenService(inner)
        {
            Fetched = fetched => fetched with { HighWatermark = broken(fetched.HighWatermark) },
        });
}
