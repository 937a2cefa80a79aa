using CsCheck;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// Random transactions against a dictionary: the store and the model agree on every outcome and every row.
/// </summary>
public abstract class TableModelConformance : TableStoreConformance
{
    private enum Kind
    {
        Insert,
        Replace,
        Check,
        Delete,
    }

    /// <summary>Random histories to try; each costs some dozens of operations.</summary>
    protected virtual int Samples => 30;

    // Few keys, so that conditions often meet rows; stale versions often enough that transactions often fail.
    private static Gen<Step[][]> Histories { get; } =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Byte.Array[0, 12])
            .Select(static (key, kind, stale, value) => new Step($"key{key}", (Kind)kind, Stale: stale == 0, value))
            .Array[1, 4].Select(static steps => steps.DistinctBy(static step => step.Key).ToArray())
            .Array[1, 20];

    [Fact]
    public Task Any_history_of_transactions_ends_like_that_of_a_dictionary() =>
        Histories.SampleAsync(CheckAsync, iter: Samples);

    private async Task CheckAsync(Step[][] history)
    {
        var partition = NewPartition();
        var model = new Dictionary<string, (byte[] Value, RowVersion Version)>();
        var seen = new HashSet<(string Key, RowVersion Version)>();
        var foreign = await InsertAsync(NewPartition(), "elsewhere", 1);

        foreach (var steps in history)
        {
            var planned = steps.Select(step => Plan(step, model, foreign)).ToArray();
            var outcome = await ExecuteAsync(partition, [.. planned.Select(static plan => plan.Change)]);

            if (Array.Exists(planned, static plan => !plan.Holds))
            {
                var index = Assert.IsType<TableTransaction.Conflict>(outcome).Index;
                Assert.False(planned[index].Holds, $"Change {index} is blamed although its condition holds.");
            }
            else
            {
                Apply(steps, Assert.IsType<TableTransaction.Committed>(outcome).Versions, model, seen);
            }

            await AssertSameAsync(partition, model);
        }
    }

    private static (RowChange Change, bool Holds) Plan(
        Step step, Dictionary<string, (byte[] Value, RowVersion Version)> model, RowVersion foreign)
    {
        var exists = model.TryGetValue(step.Key, out var row);
        var version = exists && !step.Stale ? row.Version : foreign;
        RowChange change = step.Kind switch
        {
            Kind.Insert => new RowChange.Insert(step.Key, step.Value),
            Kind.Replace => new RowChange.Replace(step.Key, step.Value, version),
            Kind.Check => new RowChange.Check(step.Key, version),
            _ => new RowChange.Delete(step.Key, version),
        };
        return (change, Holds: step.Kind == Kind.Insert ? !exists : exists && !step.Stale);
    }

    private static void Apply(
        Step[] steps,
        IReadOnlyList<RowVersion?> versions,
        Dictionary<string, (byte[] Value, RowVersion Version)> model,
        HashSet<(string Key, RowVersion Version)> seen)
    {
        Assert.Equal(steps.Length, versions.Count);
        foreach (var (step, version) in steps.Zip(versions))
        {
            if (step.Kind == Kind.Delete)
            {
                Assert.Null(version);
                model.Remove(step.Key);
                continue;
            }

            var value = step.Kind == Kind.Check ? model[step.Key].Value : step.Value;
            model[step.Key] = (value, Assert.NotNull(version));
            Assert.True(seen.Add((step.Key, model[step.Key].Version)), "A version came back.");
        }
    }

    private async Task AssertSameAsync(
        string partition, Dictionary<string, (byte[] Value, RowVersion Version)> model)
    {
        var rows = await QueryAllAsync(partition, RowRange.All, rowsMax: 4);

        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), rows.Select(static row => row.Key));
        Assert.All(rows, row =>
        {
            Assert.Equal(model[row.Key].Value, row.Value.ToArray());
            Assert.Equal(model[row.Key].Version, row.Version);
        });
    }

    private sealed record Step(string Key, Kind Kind, bool Stale, byte[] Value);
}
