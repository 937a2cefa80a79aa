using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>
/// How often each kind of fault strikes in one seed. Each seed has its own mix, some none at all, because a constant
/// mixture misses the states that need one kind to be rare or missing (swarm testing: Groce and others, 2012).
/// </summary>
/// <param name="Rates">
/// By <see cref="FaultKind"/>: the share of calls that a fault of a call strikes, or the weight of a fault of a while
/// among its like. 0 for kinds that are off.
/// </param>
/// <param name="Gap">The mean time between two faults of a while; also how long the longest of them last.</param>
public sealed record FaultMix(ImmutableArray<double> Rates, TimeSpan Gap)
{
    // A twelfth without any fault proves that the rest of the failures are the faults' doing.
    private const double NoneShare = 1.0 / 12;

    /// <summary>The faults of a storage call.</summary>
    public static ImmutableArray<FaultKind> OfStorageCalls { get; } =
    [
        FaultKind.RequestLost, FaultKind.AnswerLost, FaultKind.RequestDelayed, FaultKind.AnswerDelayed,
        FaultKind.RequestRepeated, FaultKind.Refused, FaultKind.Throttled, FaultKind.FailedBefore,
        FaultKind.FailedAfter, FaultKind.ResetInBody, FaultKind.ShortPage,
    ];

    /// <summary>The faults of a client's call.</summary>
    public static ImmutableArray<FaultKind> OfClientCalls { get; } =
        [FaultKind.CallLost, FaultKind.CallAnswerLost, FaultKind.CallDelayed];

    /// <summary>The faults that strike a node or a service for a while.</summary>
    public static ImmutableArray<FaultKind> OfAWhile { get; } =
    [
        FaultKind.SegmentsDown, FaultKind.TablesDown, FaultKind.StorageDown, FaultKind.CutFromSegments,
        FaultKind.CutFromTables, FaultKind.Freeze, FaultKind.Kill, FaultKind.KillAll, FaultKind.Stop,
        FaultKind.ClockJump,
    ];

    /// <summary>No faults.</summary>
    public static FaultMix None { get; } =
        new([.. new double[Enum.GetValues<FaultKind>().Length]], TimeSpan.FromHours(1));

    /// <summary>The rate of a kind.</summary>
    public double this[FaultKind kind] => Rates[(int)kind];

    /// <summary>Draws a seed's mix.</summary>
    public static FaultMix Draw(SeededRandom random)
    {
        if (random.Chance(NoneShare))
        {
            return None;
        }

        var rates = new double[Enum.GetValues<FaultKind>().Length];
        var share = random.Pick(0.15, 0.4, 0.8);
        foreach (var kind in OfStorageCalls.Concat(OfClientCalls).Where(_ => random.Chance(share)))
        {
            rates[(int)kind] = random.Pick(0.002, 0.01, 0.01, 0.03, 0.08);
        }

        foreach (var kind in OfAWhile.Where(_ => random.Chance(share)))
        {
            rates[(int)kind] = random.Pick(0.2, 1, 1, 3);
        }

        rates[(int)FaultKind.SharedId] = random.Chance(0.2) ? random.Pick(0.1, 0.5) : 0;
        rates[(int)FaultKind.ClientCrash] = random.Chance(share) ? random.Pick(0.002, 0.01, 0.03) : 0;
        return new FaultMix([.. rates], random.Pick(
            TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(30)));
    }
}
