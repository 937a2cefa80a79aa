using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>Strikes nodes and services for a while, one after the other and one on top of the other, with quiet times
/// in between.</summary>
internal sealed class Nemesis(
    FaultPlan plan,
    Fleet fleet,
    StorageService segments,
    StorageService tables,
    SimulatedProcess network,
    Action<Exception> report)
{
    private const string Place = "while";
    private const double QuietShare = 0.25;
    private static readonly TimeSpan DurationMax = TimeSpan.FromMinutes(1);

    /// <summary>Goes on until the plan is healed.</summary>
    public async Task RunAsync()
    {
        for (var count = 0L; plan.IsOn; count++)
        {
            var draws = plan.Draws(Place, count);
            await network.Delay(draws.Between(plan.Mix.Gap / 4, plan.Mix.Gap * 1.75));
            if (Choose(draws) is { } kind && !draws.Chance(QuietShare) && plan.Inject(kind, Place, count))
            {
                Strike(kind, draws);
            }
        }
    }

    /// <summary>Everything can be reached, everyone goes on, and somebody is there.</summary>
    public void Heal()
    {
        plan.Heal();
        segments.Heal();
        tables.Heal();
        foreach (var node in fleet.Living)
        {
            node.Process.Thaw();
        }

        network.Note("heal");
    }

    private FaultKind? Choose(SeededRandom draws)
    {
        var drawn = draws.NextDouble() * FaultMix.OfAWhile.Sum(kind => plan.Mix[kind]);
        foreach (var kind in FaultMix.OfAWhile)
        {
            drawn -= plan.Mix[kind];
            if (drawn < 0)
            {
                return kind;
            }
        }

        return null;
    }

    private void Strike(FaultKind kind, SeededRandom draws)
    {
        var place = draws.Next(fleet.Places);
        var longest = TimeSpan.FromTicks(Math.Min(plan.Mix.Gap.Ticks * 2, DurationMax.Ticks));
        var duration = draws.Between(TimeSpan.FromMilliseconds(50), longest);
        var weather = draws.Pick(Weather.Refusing, Weather.Throttling, Weather.Silent, Weather.Mute, Weather.Failing);
        network.Note(FaultNames.Of(kind), $"{weather}", number: place);
        switch (kind)
        {
            case FaultKind.SegmentsDown or FaultKind.StorageDown or FaultKind.TablesDown:
                Cloud(kind, weather, duration);
                break;
            case FaultKind.CutFromSegments or FaultKind.CutFromTables:
                Cut(kind == FaultKind.CutFromSegments ? segments : tables, place, weather, duration);
                break;
            case FaultKind.Freeze:
                Freeze(place, draws.Next(50), duration, suspends: draws.Chance(0.3));
                break;
            case FaultKind.Kill:
                fleet.Kill(place);
                network.After(duration, _ => Refill(place));
                break;
            case FaultKind.KillAll:
                Enumerable.Range(0, fleet.Places).ToList().ForEach(fleet.Kill);
                break;
            case FaultKind.Stop:
                _ = StopAsync(place);
                network.After(duration, _ => Refill(place));
                break;
            case FaultKind.ClockJump:
                fleet.At(place)?.Clock.Jump(draws.Milliseconds(-600_000, 600_000));
                break;
        }
    }

    private void Cloud(FaultKind kind, Weather weather, TimeSpan duration)
    {
        var struck = new[] { segments, tables }.Where(one =>
            kind == FaultKind.StorageDown || one == (kind == FaultKind.SegmentsDown ? segments : tables)).ToList();
        struck.ForEach(one => one.Own = weather);
        network.After(duration, _ => struck.ForEach(static one => one.Own = Weather.Fair));
    }

    private void Cut(StorageService from, int place, Weather weather, TimeSpan duration)
    {
        from.SetWay(place, weather);
        network.After(duration, _ => from.SetWay(place, Weather.Fair));
    }

    // It begins some callbacks later, in the middle of whatever the node does then.
    private void Freeze(int place, int callbacks, TimeSpan duration, bool suspends)
    {
        if (fleet.At(place) is not { } node)
        {
            return;
        }

        node.Process.FreezeAfter(callbacks, () =>
        {
            node.Process.Note("frozen");
            network.After(duration, _ =>
            {
                if (node.Process.IsFrozen && suspends)
                {
                    node.Clock.Suspend(duration);
                }

                node.Process.Thaw();
            });
        });
    }

    private async Task StopAsync(int place)
    {
        try
        {
            await fleet.StopAsync(place);
        }
        catch (Exception exception)
        {
            // A node that stops tells nobody what went wrong: whatever it throws is a defect.
            report(exception);
        }
    }

    private void Refill(int place)
    {
        if (plan.IsOn)
        {
            fleet.Start(place);
        }
    }
}
