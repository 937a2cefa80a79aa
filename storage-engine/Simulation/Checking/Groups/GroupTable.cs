using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>The rows of one group, transaction by transaction.</summary>
internal sealed class GroupTable
{
    private readonly SortedDictionary<string, HashSet<PartitionId>> _owned = new(StringComparer.Ordinal);

    /// <summary>The instances by key, and what each owns; partitions that a client assigned to itself are no
    /// property.</summary>
    public IReadOnlyDictionary<string, HashSet<PartitionId>> Owned => _owned;

    /// <summary>The row of the instance that owns a partition, or null.</summary>
    public string? OwnerOf(PartitionId partition)
    {
        foreach (var (key, owned) in _owned)
        {
            if (owned.Contains(partition))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>Takes over the rows of instances that a transaction changed.</summary>
    public void Apply(StoredRows transaction)
    {
        foreach (var (key, value) in transaction.Changes)
        {
            if (!key.StartsWith("instance|", StringComparison.Ordinal))
            {
                continue;
            }

            _owned.Remove(key);
            if (value is not null)
            {
                _owned.Add(key, OwnedOf(value));
            }
        }
    }

    /// <summary>The offset that a row of a committed offset holds.</summary>
    public static Position Committed(string key, byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var partition = int.Parse(key.Split('|')[2], System.Globalization.CultureInfo.InvariantCulture);
        return new Position(
            new PartitionId(TopicId.Parse(root.GetProperty("topic").GetString()!), partition),
            root.GetProperty("offset").GetInt64());
    }

    private static HashSet<PartitionId> OwnedOf(byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var owned = new HashSet<PartitionId>();
        if (root.TryGetProperty("chosen", out var chosen) && chosen.ValueKind == JsonValueKind.True)
        {
            return owned;
        }

        foreach (var topic in root.GetProperty("assignment").EnumerateArray())
        {
            // Three numbers for each partition: index, position, whether uncommitted.
            var id = TopicId.Parse(topic.GetProperty("id").GetString()!);
            var numbers = topic.GetProperty("positions");
            for (var at = 0; at < numbers.GetArrayLength(); at += 3)
            {
                owned.Add(new PartitionId(id, numbers[at].GetInt32()));
            }
        }

        return owned;
    }
}
