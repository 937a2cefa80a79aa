using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// Whether committed offsets are linearizable: what was told is what was stored at some moment between question and
/// answer, for each partition by itself. Needs a table store that was recorded.
/// </summary>
internal static class CommittedCheck
{
    /// <summary>Checks all questions for committed offsets.</summary>
    public static void Check(
        ClientHistory history, IReadOnlyCollection<StoredRows> transactions, Findings findings)
    {
        if (transactions.Count == 0)
        {
            return;
        }

        var commits = CommitsOf(transactions);
        foreach (var operation in history.Operations)
        {
            if (operation is { Request: Request.ReadCommitted read, Answer: Answer.CommittedOffsets told })
            {
                foreach (var partition in read.Partitions.Where(partition => history.Of(partition).Lives))
                {
                    CheckTold(operation, read.Group, partition, told, commits, findings);
                }
            }
        }
    }

    private static void CheckTold(
        Operation operation,
        string group,
        PartitionId partition,
        Answer.CommittedOffsets told,
        Dictionary<(string Table, PartitionId Partition), List<(int Order, long Offset)>> commits,
        Findings findings)
    {
        var offset = told.Committed
            .FirstOrDefault(one => one.Partition == partition, new Position(partition, -1)).Offset;
        var stored = commits.GetValueOrDefault(($"group|{TableKey.Escape(group)}", partition), []);
        var before = stored.FindLastIndex(one => one.Order < operation.Invoked);
        var isRight = before < 0 && offset < 0;
        for (var place = Math.Max(0, before); place < stored.Count && stored[place].Order < operation.Completed; place++)
        {
            isRight |= stored[place].Offset == offset;
        }

        if (!isRight)
        {
            findings.Add(
                AnomalyKind.WrongCommit,
                $"group {group}",
                $"offset {offset} of {partition} was told, where {string.Join(", ", stored)} were committed",
                operation.Id);
        }
    }

    private static Dictionary<(string Table, PartitionId Partition), List<(int Order, long Offset)>> CommitsOf(
        IReadOnlyCollection<StoredRows> transactions)
    {
        var commits = new Dictionary<(string Table, PartitionId Partition), List<(int Order, long Offset)>>();
        var present = new Dictionary<(string Table, string Key), PartitionId>();
        foreach (var transaction in transactions)
        {
            foreach (var (key, value) in transaction.Changes.Where(static change => StoredCommit.IsKey(change.Key)))
            {
                var row = (transaction.Partition, key);
                if (value is not null)
                {
                    var commit = StoredCommit.Read(key, value);
                    present[row] = commit.Partition;
                    Add(transaction, commit.Partition, commit.Offset);
                }
                else if (present.Remove(row, out var partition))
                {
                    Add(transaction, partition, offset: -1);
                }
            }
        }

        return commits;

        void Add(StoredRows transaction, PartitionId partition, long offset)
        {
            if (!commits.TryGetValue((transaction.Partition, partition), out var list))
            {
                commits.Add((transaction.Partition, partition), list = []);
            }

            list.Add((transaction.Order, offset));
        }
    }
}
