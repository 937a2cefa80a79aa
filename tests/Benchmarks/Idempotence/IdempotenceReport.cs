using System.Globalization;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Idempotence;

/// <summary>The tables of the idempotence part of a report.</summary>
internal static class IdempotenceReport
{
    private const double Micro = 1e6;

    /// <summary>One table for each size of batches.</summary>
    /// <param name="results">The sizes in records, and the rounds of each kind.</param>
    public static IEnumerable<string> Lines(IEnumerable<(int Records, IReadOnlyList<KindRound[]> Kinds)> results) =>
        results.SelectMany(static size => Table(size.Records, size.Kinds));

    private static IEnumerable<string> Table(int records, IReadOnlyList<KindRound[]> kinds) =>
    [
        Text($"## Batches of {records} records of 100 bytes, one block each"),
        "",
        "| Batches | CPU µs/batch | more than plain (min–max) | bytes allocated/batch | bytes stored/batch "
        + "| more than plain | repeat: CPU µs | repeat: storage operations |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        .. kinds.Select((rounds, kind) => Row(BatchKind.All[kind], rounds, kinds[0])),
        "",
    ];

    private static string Row(BatchKind kind, KindRound[] rounds, KindRound[] plain)
    {
        var more = rounds.Zip(plain, static (one, other) => Cpu(one.Appends) - Cpu(other.Appends)).ToArray();
        var stored = Median.Of(rounds.Select(Stored));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind.Name} | {Median.Of(rounds.Select(static round => Cpu(round.Appends))):F1} "
            + $"| {(kind.IsIdempotent ? Text($"{Median.Of(more):F1} ({more.Min():F1}–{more.Max():F1})") : "–")} "
            + $"| {Median.Of(rounds.Select(Allocated)):N0} | {stored:N1} "
            + $"| {(kind.IsIdempotent ? Text($"{stored - Median.Of(plain.Select(Stored)):N1}") : "–")} "
            + $"| {Repeat(rounds)} |");
    }

    private static string Repeat(KindRound[] rounds) => rounds[0].Repeats is null
        ? "– | –"
        : Text($"{Median.Of(rounds.Select(static round => Cpu(round.Repeats!.Value))):F1} ")
            + Text($"| {rounds.Max(static round => round.Repeats!.Value.StorageOperations)}");

    // As many batches are repeated as were appended.
    private static double Cpu(Sample sample) => sample.CpuSeconds * Micro / IdempotenceBenchmark.Batches;

    private static double Allocated(KindRound round) =>
        (double)round.Appends.AllocatedBytes / IdempotenceBenchmark.Batches;

    private static double Stored(KindRound round) => (double)round.StoredBytes / IdempotenceBenchmark.Batches;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
