using CsCheck;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Tests.Records;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

/// <summary>Copies of any segments: batches of any records in any codec, in blocks and segments of any size.</summary>
public sealed class CopyProperties
{
    private static readonly string[] Types = ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"];

    private static readonly Gen<(Record[] Records, CompressionType Codec, int AppendTime, int Then)> Batch =
        Gen.Select(GenRecords.Some, GenRecords.Compression, Gen.Int[0, 2], Gen.Int[0, 5]);

    [Fact]
    public async Task A_copy_has_the_same_records_in_the_same_order_from_any_offset_on() =>
        await Gen.Select(Batch.Array[1, 12], Gen.Int[0, 5]).SampleAsync(
            static async (batches, type) =>
            {
                var log = await BuildAsync(batches);
                var records = await log.RecordsAsync([.. log.Rows]);

                var row = (await log.CopyAsync(SealedLog.Compression(Types[type]))).Row(null);

                Assert.Equal(records, await log.RecordsAsync(row));
                for (var offset = row.BaseOffset; offset < row.NextOffset; offset += 1 + (row.NextOffset / 7))
                {
                    Assert.Equal(records.Skip((int)offset), await FromAsync(log, row, offset));
                }
            },
            iter: 150);

    [Fact]
    public async Task A_selection_keeps_what_it_keeps_and_copies_of_copies_lose_nothing() =>
        await Gen.Select(Batch.Array[1, 12], Gen.Int[1, 9], Gen.Int[1, 9]).SampleAsync(
            static async (batches, every, then) =>
            {
                var log = await BuildAsync(batches);
                bool Keeps(in RecordView record) => record.Offset * 7 % every < 2;
                bool KeepsFewer(in RecordView record) => record.Offset * 5 % then < 2;
                var records = await log.RecordsAsync([.. log.Rows]);
                var kept = records.Where((_, offset) => offset * 7 % every < 2).ToList();

                var once = (await log.CopyAsync(SealedLog.Compression("producer"), Keeps)).Row(1_000);
                var same = (await log.CopyAsync(rows: once)).Row(1_000);
                var fewer = (await log.CopyAsync(selection: KeepsFewer, rows: same)).Row(1_000);

                Assert.Equal(kept, await log.RecordsAsync(once));
                Assert.Equal(kept, await log.RecordsAsync(same));
                Assert.Equal(
                    records.Where((_, offset) => offset * 7 % every < 2 && offset * 5 % then < 2),
                    await log.RecordsAsync(fewer));
            },
            iter: 150);

    private static async Task<IEnumerable<string>> FromAsync(SealedLog log, SegmentRow row, long offset) =>
        (await log.BatchesAsync(row, offset))
            .SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs()))
            .Where(record => record.Offset >= offset)
            .Select(SealedLog.Text);

    // What comes behind a batch: another in the same block, another block, or another segment.
    private static async Task<SealedLog> BuildAsync(
        (Record[] Records, CompressionType Codec, int AppendTime, int Then)[] batches)
    {
        var (log, block) = (new SealedLog(), new List<RecordBatch>());
        foreach (var (records, codec, appendTime, then) in batches)
        {
            var batch = GenRecords.Builder(records).Build(codec, new Codecs());
            if (appendTime > 0)
            {
                batch.StampLogAppendTime(appendTime);
            }

            block.Add(batch);
            if (then > 2)
            {
                await log.AppendAsync([.. block]);
                block.Clear();
            }

            if (then == 5)
            {
                await log.SealAsync();
            }
        }

        await log.AppendAsync([.. block]);
        await log.SealAsync();
        return log;
    }
}
