using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.V3.Records;

namespace Serverless.Functions.Tests.V3;

public sealed class PartitionLaneTests
{
    [Fact]
    public async Task A_batch_that_is_known_to_have_failed_costs_its_own_records_only()
    {
        var answers = await AppendThreeAsync(ProblemCode.StorageUnavailable);

        Assert.Equal([-1, 1, 2], answers.Select(OffsetOf));
    }

    [Fact]
    public async Task Nothing_is_appended_behind_a_batch_whose_outcome_is_not_known()
    {
        var answers = await AppendThreeAsync(ProblemCode.OutcomeUnknown);

        Assert.Equal([-1, -1, -1], answers.Select(OffsetOf));
        Assert.Equal(
            [null, SideEffects.None, SideEffects.None], answers.Select(static answer => answer.Problem!.Effects));
    }

    /// <summary>Three batches of one record, of which the first fails.</summary>
    private static async Task<IReadOnlyList<BatchAnswer>> AppendThreeAsync(ProblemCode failure)
    {
        var appends = 0;
        var series = new PartitionAppends(ProduceConditions.None);
        var lane = new PartitionLane(batchBytesMax: 1, series, _ => Task.FromResult(appends++ == 0
            ? BatchAnswer.Failed(new(failure, "As the test wants it."))
            : new BatchAnswer([new StoredRun(0, 1, appends - 1, null, Duplicate: false)], null)));
        var record = new ProduceRecord(null, null, null, [], null);
        var answers = Enumerable.Range(0, 3).Select(_ => lane.Add(record, 0).Answer).ToArray();

        lane.Flush();

        return await Task.WhenAll(answers);
    }

    private static long OffsetOf(BatchAnswer answer) => answer.TryFind(0, out var run) ? run.OffsetOf(0) : -1;
}
