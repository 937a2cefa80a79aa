using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Runs;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_seed_gives_the_same_trace_to_the_byte(ulong seed)
    {
        var (first, again) = (Trace(seed), Trace(seed));

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Report.TraceHash, again.Report.TraceHash);
        Assert.Equal(first.Report.Steps, again.Report.Steps);
    }

    private static (string Text, SimulationReport Report) Trace(ulong seed)
    {
        using var text = new StringWriter();
        var report = SimulationRun.Execute(seed, new Codecs(), SimulationOptions.Default with { TraceText = text });
        return (text.ToString(), report);
    }
}
