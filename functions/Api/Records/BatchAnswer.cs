using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Records;

/// <summary>What became of one batch.</summary>
/// <remarks>
/// Nearly always one run and no problem, or no run and a problem. A batch of a repeated request may be stored in
/// several runs, where the first try had cut its records into other batches, and may fail behind some of them.
/// </remarks>
/// <param name="Stored">What is durable: runs of records from the first one on, in order.</param>
/// <param name="Problem">Why the other records are not known to be in the log; null when there are none.</param>
internal readonly record struct BatchAnswer(IReadOnlyList<StoredRun> Stored, Problem? Problem)
{
    private const string Reason = "Not appended, because an earlier batch of the request failed: ";

    /// <summary>No record of the batch is known to be in the log.</summary>
    public static BatchAnswer Failed(Problem problem) => new([], problem);

    /// <summary>The batch was not appended, so that it does not overtake one whose records may come again.</summary>
    /// <param name="earlier">Why a batch in front of it failed.</param>
    public static BatchAnswer NotTried(Problem earlier) => Failed(earlier with
    {
        Detail = earlier.Effects is SideEffects.None && earlier.Detail.StartsWith(Reason, StringComparison.Ordinal)
            ? earlier.Detail
            : Reason + earlier.Detail,
        Effects = SideEffects.None,
    });

    /// <summary>The number of records that are durable.</summary>
    public int StoredRecords => Stored.Count == 0 ? 0 : Stored[^1].FirstIndex + Stored[^1].Records;

    /// <summary>Finds the run of a record.</summary>
    /// <param name="index">The record's place in the batch.</param>
    /// <param name="run">Its run.</param>
    /// <returns>False when the record is not known to be in the log.</returns>
    public bool TryFind(int index, out StoredRun run)
    {
        run = default;
        if (index >= StoredRecords)
        {
            return false;
        }

        // The last run that does not begin behind the record.
        var (low, high) = (0, Stored.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Stored[middle].FirstIndex <= index ? (middle, high) : (low, middle - 1);
        }

        run = Stored[low];
        return true;
    }
}
