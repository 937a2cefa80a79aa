using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Idempotence;

/// <summary>What the promise to store a batch once costs beside a batch without it, turn by turn.</summary>
internal sealed class IdempotenceBenchmark(int rounds)
{
    /// <summary>Batches of a round: 20 checkpoints by the number of blocks.</summary>
    public const int Batches = 20_000;

    /// <summary>Batches that are sent once more: the last ones of a producer or of a request are remembered.</summary>
    public const int Repeats = 5;

    /// <summary>How often those are sent, so that the clock has something to measure.</summary>
    public const int RepeatRounds = 4_000;

    /// <summary>The sizes of batches, in records.</summary>
    public static readonly IReadOnlyList<int> RecordCounts = [1, 100];

    private static readonly byte[] Value = new byte[100];

    /// <summary>All rounds of each kind, for batches of one size.</summary>
    public async Task<IReadOnlyList<KindRound[]>> RunAsync(int records)
    {
        foreach (var kind in BatchKind.All)
        {
            await RoundAsync(kind, records, Batches / 4);
        }

        var results = BatchKind.All.Select(_ => new KindRound[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var kind = 0; kind < results.Length; kind++)
            {
                results[kind][round] = await RoundAsync(BatchKind.All[kind], records, Batches);
            }
        }

        return results;
    }

    private static async Task<KindRound> RoundAsync(BatchKind kind, int records, int count)
    {
        using var operations = new MeterCounter(MeterCounter.StorageOperations);
        await using var log = new MemoryLog();
        var (batches, conditions) = Build(kind, log, records, Enumerable.Range(0, count));
        var appends = await Stopper.MeasureAsync(
            () => log.AppendAsync(batches, conditions, duplicate: false), operations);
        var stored = await log.StoredBytesAsync();
        if (!kind.IsIdempotent)
        {
            return new KindRound(appends, Repeats: null, stored);
        }

        var numbers = Enumerable.Range(0, RepeatRounds * Repeats).Select(i => count - Repeats + (i % Repeats));
        var (repeats, again) = Build(kind, log, records, numbers);
        var repeated = await Stopper.MeasureAsync(() => log.AppendAsync(repeats, again, duplicate: true), operations);
        return new KindRound(appends, repeated, stored);
    }

    private static (RecordBatch[] Batches, AppendConditions[] Conditions) Build(
        BatchKind kind, MemoryLog log, int records, IEnumerable<int> numbers)
    {
        var builder = new RecordBatchBuilder();
        var built = numbers.Select(number => (
            Batch: kind.Build(builder, number, records, Value),
            Conditions: kind.Conditions(log.Topic, number, records))).ToArray();
        return ([.. built.Select(static one => one.Batch)], [.. built.Select(static one => one.Conditions)]);
    }
}
