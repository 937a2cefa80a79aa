using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Tests.Diagnostics;

public sealed partial class InstrumentTests
{
    [Fact]
    public void Every_instrument_says_what_it_measures_and_in_which_unit()
    {
        using var meters = new EngineMeters();

        Assert.All(InstrumentsOf(meters), static instrument =>
        {
            Assert.Matches(NamePattern, instrument.Name);
            Assert.Matches(@"^(s|By|\{[a-z]+\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void No_two_instruments_share_a_name()
    {
        using var meters = new EngineMeters();

        Assert.Distinct(InstrumentsOf(meters).Select(static instrument => instrument.Name));
    }

    private static List<Instrument> InstrumentsOf(EngineMeters meters)
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, meters.BlocksAppended.Meter))
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();
        return instruments;
    }

    [GeneratedRegex(@"^serverless\.[a-z]+(\.[a-z_]+)+$")]
    private static partial Regex NamePattern { get; }
}
