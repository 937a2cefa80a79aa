using System.Buffers;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>The checker and the engine agree on <c>FORMAT.md</c>, and on what a healthy log is.</summary>
public sealed class EngineLogTests
{
    [Fact]
    public async Task A_log_that_the_engine_wrote_and_read_over_many_segments_has_no_anomaly()
    {
        using var log = new EngineLog();
        var history = await log.WriteAsync(count: 60);
        var stored = await log.ReadStoredAsync();

        var report = HistoryChecker.Check(history, stored, complete: true);

        Assert.Empty(report.Anomalies);
        Assert.Equal(60, report.Records);
        Assert.True(stored.Partitions[0].Segments.Length > 10, "expected many segments");
    }

    [Fact]
    public async Task Every_flipped_byte_of_a_segment_is_found()
    {
        using var log = new EngineLog();
        await log.WriteAsync(count: 12);
        var name = await log.Segments.ListAsync("", TestContext.Current.CancellationToken)
            .FirstAsync(TestContext.Current.CancellationToken);
        var bytes = new byte[(await log.Segments.GetLengthAsync(name, TestContext.Current.CancellationToken))!.Value];
        await log.Segments.ReadAsync(name, 0, bytes, TestContext.Current.CancellationToken);

        for (var place = 0; place < bytes.Length; place++)
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= 0x10;
            Assert.NotEmpty(await FaultsAsync(name, damaged));
        }

        Assert.Empty(await FaultsAsync(name, bytes));
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(SegmentName name, byte[] bytes)
    {
        var segments = new SimulatedSegmentStore();
        await segments.CreateAsync(name, TestContext.Current.CancellationToken);
        await segments.AppendAsync(
            name, 0, new ReadOnlySequence<byte>(bytes), TestContext.Current.CancellationToken);
        var stored = await StoredLog.ReadAsync(
            segments,
            new SimulatedTableStore(TimeProvider.System),
            new Codecs(),
            TestContext.Current.CancellationToken);
        return stored.Partitions[0].Segments[0].Faults;
    }
}
