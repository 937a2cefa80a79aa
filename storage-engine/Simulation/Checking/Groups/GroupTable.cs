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

    /// <summary>Whether a transaction writes or deletes the row of a member.</summary>
    public bool Touches(StoredRows transaction, string member) => transaction.Changes.Any(change =>
        (_rows.TryGetValue(change.Key, out var row) && row.Member == member)
        || (change.Value is not null && IsMember(change.Key) && Read(change.Value).Member == member));

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
            else if (key.StartsWith("group|", StringComparison.Ordinal))
            {
                moved = true;
                Group = value is null ? StoredGroup.None : StoredGroup.Read(value);
            }
        }

        return moved;
    }

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
