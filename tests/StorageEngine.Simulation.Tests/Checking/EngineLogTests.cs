using Serverless.StorageEngine.Simulation.Checking;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>The checker and the engine agree on <c>FORMAT.md</c>, and on what a healthy log is.</summary>
public sealed class EngineLogTests
{
    [Fact]
    public async Task A_log_that_the_engine_wrote_and_read_over_many_segments_has_no_anomaly()
    {
        using var log = new EngineLog();
        var history = await log.WriteAsync(count: 60);

        var report = HistoryChecker.Check(history, await log.ReadStoredAsync(), complete: true);

        Assert.Empty(report.Anomalies);
        Assert.Equal(60, report.Records);
    }
}
