using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Producers;

/// <summary>Clients that repeat and cut their batches as they like, judged and folded as the log does it.</summary>
public sealed class RepeatProperties
{
    private const int RecordCount = 24;
    private static readonly PartitionId Partition = new(LogWorld.TopicOf().Id, 0);

    // Each step sends some records, from a place at most four before the first one that was not acknowledged yet: as far
    // back as five batches reach at least.
    private static readonly Gen<(int Client, int Back, int Count)[]> Steps =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[1, 6]).Array[0, 120];

    [Fact]
    public void However_producers_repeat_their_last_records_each_is_stored_once_and_in_order() =>
        Steps.Sample(static steps => AssertStoredOnce(steps, static (client, place, values) =>
        {
            var builder = BuilderOf(values);
            builder.SetProducer(client, 0, SequenceNumber.After(int.MaxValue - 10, place));
            return (builder.Build(), AppendConditions.None);
        }));

    [Fact]
    public void However_requests_repeat_their_records_each_is_stored_once_and_in_order() =>
        Steps.Sample(static steps => AssertStoredOnce(steps, static (client, place, values) => (
            BuilderOf(values).Build(),
            new AppendConditions
            {
                Request = new RequestKey((UInt128)(client + 1) << RequestKey.FingerprintBits, place),
            })));

    private static void AssertStoredOnce(
        (int Client, int Back, int Count)[] steps,
        Func<int, int, string[], (RecordBatch, AppendConditions)> make)
    {
        var log = new List<string>();
        var basis = new AppendBasis(0, 1_000, AppendHistory.Empty);
        var acknowledged = new int[3];
        foreach (var (client, back, count) in steps)
        {
            var place = Math.Max(0, Math.Min(acknowledged[client], RecordCount - 1) - back);
            var values = Enumerable.Range(place, Math.Min(count, RecordCount - place)).Select(i => $"{client}-{i}");
            var (batch, conditions) = make(client, place, [.. values]);
            Send(log, ref basis, batch, conditions, client, place);
            acknowledged[client] = Math.Max(acknowledged[client], place + batch.RecordCount);
        }

        Assert.Equal(log.Count, log.Distinct().Count());
        for (var client = 0; client < acknowledged.Length; client++)
        {
            var own = log.Where(value => value.StartsWith($"{client}-", StringComparison.Ordinal)).ToArray();
            Assert.Equal(Enumerable.Range(0, own.Length).Select(i => $"{client}-{i}"), own);
        }
    }

    private static void Send(
        List<string> log, ref AppendBasis basis, RecordBatch batch, AppendConditions conditions, int client, int place)
    {
        var request = new AppendRequest(batch, NewFencingToken: null, conditions, StampsLogAppendTime: false);
        switch (AppendRules.Judge(request, basis, logStartOffset: 0))
        {
            case null:
                basis = basis.With(BlockEntry.Of(Partition, new KeyedBatch(batch, conditions.Request), from: 0));
                log.AddRange(Enumerable.Range(place, batch.RecordCount).Select(i => $"{client}-{i}"));
                break;
            case AppendOutcome.Appended { Duplicate: true } known:
                Assert.Equal(
                    Enumerable.Range(place, batch.RecordCount).Select(i => $"{client}-{i}"),
                    log.Skip((int)known.BaseOffset).Take(batch.RecordCount));
                break;
            case AppendOutcome.MustSplit split:
                Assert.InRange(split.Count, 1, batch.RecordCount - 1);
                var (first, second) = RecordBatchSplit.Split(batch, split.Count, new Codecs());
                var behind = conditions with { Request = conditions.Request?.After(split.Count) };
                Send(log, ref basis, first, conditions, client, place);
                Send(log, ref basis, second, behind, client, place + split.Count);
                break;
            case var outcome:
                Assert.Fail($"{client}-{place}+{batch.RecordCount}: {outcome}");
                break;
        }
    }

    private static RecordBatchBuilder BuilderOf(string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1_000, null, System.Text.Encoding.UTF8.GetBytes(value), []);
        }

        return builder;
    }
}
