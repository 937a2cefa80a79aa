using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// Whether an offset that was committed may be: somebody who may commit it asks for it at that moment, and it does not
/// lead the log.
/// </summary>
/// <param name="transaction">What committed it.</param>
/// <param name="before">The group before …</param>
/// <param name="after">… and after it.</param>
/// <param name="operations">What was asked.</param>
/// <param name="findings">Where to.</param>
internal sealed class CommitCheck(
    StoredRows transaction,
    StoredGroup before,
    StoredGroup after,
    GroupOperations operations,
    Findings findings)
{
    /// <summary>Checks one offset.</summary>
    /// <param name="commit">The offset.</param>
    /// <param name="old">What was committed until then, or null.</param>
    /// <param name="ownerTakesPart">Whether the partition had no owner, or the owner takes part in the
    /// transaction.</param>
    /// <param name="durable">How far each living partition's log reached at a moment.</param>
    public void Check(
        StoredCommit commit,
        StoredCommit? old,
        bool ownerTakesPart,
        IReadOnlyDictionary<PartitionId, DurableEnds> durable)
    {
        if (!ownerTakesPart)
        {
            Add(AnomalyKind.UnfencedCommit, commit, $"without its owner {before.OwnerOf(commit.Partition)}");
        }

        if (durable.TryGetValue(commit.Partition, out var ends) && commit.Offset > ends.Before(transaction.Order))
        {
            Add(AnomalyKind.CommitAhead, commit, $"when the log reached {ends.Before(transaction.Order)}");
        }

        if (commit.Metadata.Length > 0)
        {
            CheckAsked(commit);
        }
        else if (old is not null && old.Partition == commit.Partition && old.Offset > commit.Offset)
        {
            // A member that commits what it has read goes on from what was committed.
            Add(AnomalyKind.CommitFell, commit, $"by itself, after {old.Offset}");
        }
    }

    private void CheckAsked(StoredCommit commit)
    {
        var asked = operations.CommitOf(commit.Metadata);
        var offsets = asked?.Request switch
        {
            Request.Commit of => of.Offsets,
            Request.AlterOffsets alter => alter.Offsets,
            _ => [],
        };
        if (asked is null
            || asked.IsFailed
            || transaction.Order < asked.Invoked
            || (asked.IsOk && transaction.Order > asked.Completed)
            || !offsets.Contains(new Position(commit.Partition, commit.Offset)))
        {
            Add(AnomalyKind.UnaskedCommit, commit, $"marked {commit.Metadata}", asked?.Id);
        }

        if (asked?.Request is Request.Commit { Member: var name, Epoch: var epoch }
            && (EpochOf(before, name) ?? EpochOf(after, name)) is var first
            && (EpochOf(after, name) ?? first) is var last
            && (first is null || epoch < first || epoch > last))
        {
            Add(AnomalyKind.StaleCommit, commit, $"by {name} in epoch {epoch}, of {first} to {last}", asked.Id);
        }
    }

    private static int? EpochOf(StoredGroup group, string member) => group.Find(member)?.Epoch;

    private void Add(AnomalyKind kind, StoredCommit commit, string detail, int? operation = null)
    {
        ReadOnlySpan<int> asked = operation is { } id ? [id] : [];
        findings.Add(
            kind,
            transaction.Partition,
            $"offset {commit.Offset} of {commit.Partition} was committed {detail} (at {transaction.Order})",
            asked);
    }
}
