using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Tests.Faults;

public sealed class FaultPlanTests
{
    private static readonly FaultKind[] Kinds = [FaultKind.RequestLost, FaultKind.AnswerLost];

    [Fact]
    public void A_fault_that_is_left_out_changes_no_other_one()
    {
        var all = Struck(FaultSelection.All);
        var without = FaultSelection.All with { Without = [FaultKind.RequestLost] };
        var only = FaultSelection.All with { Only = [all[3], all[5]] };

        Assert.True(all.Count > 20);
        Assert.Equal(all.Where(static fault => fault.Kind != FaultKind.RequestLost), Struck(without));
        Assert.Equal([all[3], all[5]], Struck(only));
    }

    [Fact]
    public void Nothing_strikes_before_the_beginning_and_after_the_healing()
    {
        var plan = PlanOf(FaultSelection.All);
        Strike(plan, 100);
        plan.Begin();
        plan.Heal();
        Strike(plan, 100);

        Assert.Empty(plan.Injected);
    }

    private static IReadOnlyList<FaultId> Struck(FaultSelection selection)
    {
        var plan = PlanOf(selection);
        plan.Begin();
        Strike(plan, 200);
        return plan.Injected;
    }

    private static void Strike(FaultPlan plan, int calls)
    {
        for (var count = 0; count < calls; count++)
        {
            plan.Strike(Kinds, "place", count, plan.Draws("place", count));
        }
    }

    private static FaultPlan PlanOf(FaultSelection selection)
    {
        var rates = new double[Enum.GetValues<FaultKind>().Length];
        rates[(int)FaultKind.RequestLost] = rates[(int)FaultKind.AnswerLost] = 0.1;
        return new FaultPlan(1, new FaultMix(ImmutableArray.Create(rates), TimeSpan.FromSeconds(1)), selection);
    }
}
