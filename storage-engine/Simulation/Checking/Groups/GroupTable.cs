using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>The rows of one group, transaction by transaction.</summary>
internal sealed class GroupTable
{
    private readonly SortedDictionary<string, (string Member, HashSet<PartitionId> Partitions)> _rows =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, StoredCommit> _commits = new(StringComparer.Ordinal);

    /// <summary>What the group's own row says.</summary>
    public StoredGroup Group { get; private set; } = StoredGroup.None;

    /// <summary>The members' own rows by key: whose, and what it has.</summary>
    public IReadOnlyDictionary<string, (string Member, HashSet<PartitionId> Partitions)> Rows => _rows;

    /// <summary>The committed offset in a row, or null.</summary>
    public StoredCommit? CommitOf(string key) => _commits.GetValueOrDefault(key);

    /// <summary>
    /// Whether the owner of a partition takes part in a transaction: its own row is written or deleted. Of one that has
    /// no row, because it is away, the group's row says that it owns the partition no more.
    /// </summary>
    public bool TakesPart(StoredRows transaction, StoredMember owner, PartitionId partition) =>
        Touches(transaction, owner.Id)
        || (_rows.Values.All(row => row.Member != owner.Id)
            && transaction.Changes.FirstOrDefault(static change => IsGroup(change.Key)) is { Value: { } written }
            && StoredGroup.Read(written).OwnerOf(partition)?.Id != owner.Id);

    /// <summary>Takes over what a transaction changed.</summary>
    /// <returns>Whether it changed who has what.</returns>
    public bool Apply(StoredRows transaction)
    {
        var moved = false;
        foreach (var (key, value) in transaction.Changes)
        {
            if (IsMember(key))
            {
                moved = true;
                _rows.Remove(key);
                if (value is not null)
                {
                    _rows.Add(key, Read(value));
                }
            }
            else if (StoredCommit.IsKey(key))
            {
                _commits.Remove(key);
                if (value is not null)
                {
                    _commits.Add(key, StoredCommit.Read(key, value));
                }
            }
            else if (IsGroup(key))
            {
                moved = true;
                Group = value is null ? StoredGroup.None : StoredGroup.Read(value);
            }
        }

        return moved;
    }

    // Whether a transaction writes or deletes the row of a member.
    private bool Touches(StoredRows transaction, string member) => transaction.Changes.Any(change =>
        (_rows.TryGetValue(change.Key, out var row) && row.Member == member)
        || (change.Value is not null && IsMember(change.Key) && Read(change.Value).Member == member));

    private static bool IsGroup(string key) => key.StartsWith("group|", StringComparison.Ordinal);

    private static bool IsMember(string key) => key.StartsWith("instance|", StringComparison.Ordinal);

    private static (string Member, HashSet<PartitionId> Partitions) Read(byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var partitions = new HashSet<PartitionId>();
        foreach (var topic in root.GetProperty("assignment").EnumerateArray())
        {
            // Three numbers for each partition: index, position, whether uncommitted.
            var id = TopicId.Parse(topic.GetProperty("id").GetString()!);
            var numbers = topic.GetProperty("positions");
            for (var at = 0; at < numbers.GetArrayLength(); at += 3)
            {
                partitions.Add(new PartitionId(id, numbers[at].GetInt32()));
            }
        }

        return (root.GetProperty("id").GetString()!, partitions);
    }
}
