using System.Diagnostics;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.EndToEnd.Tests.RealInput;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>
/// The README's walk-through by a group of four on three nodes, which are killed in turn; a fifth consumer crashes with
/// flights that it has processed and not committed.
/// </summary>
/// <param name="output">Takes the summary.</param>
public abstract class FourConsumersTests(ITestOutputHelper output)
{
    private const int Nodes = 3;
    private const int Consumers = 4;
    private const int FlightsPerKill = 2_500;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Each_flight_is_processed_and_only_those_not_committed_at_a_crash_come_again()
    {
        await using var place = await OpenPlaceAsync();
        var publisher = await place.StartNodeAsync();
        var topic = new FlightTopic(publisher);
        await topic.CreateAsync();
        Assert.Equal(Flight.All.Count, await topic.PublishFileAsync());
        await publisher.KillAsync();

        var nodes = await NodeRing.StartAsync(place, Nodes, "--instance-timeout-ms", "5000");
        var ledger = new FlightLedger();
        var began = Stopwatch.GetTimestamp();
        var crashing = new FlightConsumer("crashing", nodes, ledger);
        await crashing.JoinAsync();
        await crashing.CrashAsync();
        var consumers = Enumerable.Range(1, Consumers)
            .Select(number => new FlightConsumer($"consumer-{number}", nodes, ledger))
            .ToList();
        await Task.WhenAll([KillAsync(nodes, ledger), .. consumers.Select(RunAsync)]);

        ledger.Verify();
        output.WriteLine(
            $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s; {nodes.Kills} nodes killed; {Flight.All.Count} flights, "
            + $"{ledger.Duplicates} of them twice ({crashing.Processed} of the crashed consumer); by consumer "
            + $"{string.Join(", ", consumers.Select(static one => one.Processed))}; "
            + $"{consumers.Sum(static one => one.Lost)} requests lost; {consumers.Sum(static one => one.Fenced)} commits "
            + "fenced");
        Assert.True(nodes.Kills >= Nodes, $"Only {nodes.Kills} nodes were killed.");
        Assert.True(ledger.Duplicates >= crashing.Processed, "What the crashed consumer did not commit did not come again.");
    }

    /// <summary>A store of its own for one test.</summary>
    private protected abstract Task<Place> OpenPlaceAsync();

    private static async Task RunAsync(FlightConsumer consumer)
    {
        await consumer.JoinAsync();
        await consumer.RunAsync();
    }

    private static async Task KillAsync(NodeRing nodes, FlightLedger ledger)
    {
        for (var mark = FlightsPerKill / 2; !ledger.IsComplete; await Task.Delay(Look, TestContext.Current.CancellationToken))
        {
            if (ledger.Count >= mark)
            {
                mark += FlightsPerKill;
                await nodes.KillNextAsync();
            }
        }
    }
}
