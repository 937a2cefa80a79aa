using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>The row of a committed offset.</summary>
/// <param name="Partition">Of which partition.</param>
/// <param name="Offset">The next offset to read.</param>
/// <param name="Metadata">The client's own text; empty when a member committed what it had read.</param>
internal sealed record StoredCommit(PartitionId Partition, long Offset, string Metadata)
{
    /// <summary>Whether a row is one of these.</summary>
    public static bool IsKey(string key) => key.StartsWith("offset|", StringComparison.Ordinal);

    /// <summary>Reads the row.</summary>
    public static StoredCommit Read(string key, byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var partition = int.Parse(key.Split('|')[2], CultureInfo.InvariantCulture);
        return new StoredCommit(
            new PartitionId(TopicId.Parse(root.GetProperty("topic").GetString()!), partition),
            root.GetProperty("offset").GetInt64(),
            root.GetProperty("metadata").GetString() ?? "");
    }
}
