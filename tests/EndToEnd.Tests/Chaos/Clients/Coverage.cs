namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Which offsets of each partition were read, by whomever. Safe for several threads at once.</summary>
/// <param name="partitions">How many partitions there are.</param>
internal sealed class Coverage(int partitions)
{
    private readonly Lock _lock = new();
    private readonly HashSet<long>[] _seen =
        [.. Enumerable.Range(0, partitions).Select(static _ => new HashSet<long>())];

    /// <summary>Notes a record that was read.</summary>
    public void Add(int partition, long offset)
    {
        lock (_lock)
        {
            _seen[partition].Add(offset);
        }
    }

    /// <summary>Whether every offset before the ends was read.</summary>
    public bool Reaches(IReadOnlyList<long> ends)
    {
        lock (_lock)
        {
            return ends.Index().All(end => _seen[end.Index].Count >= end.Item);
        }
    }

    /// <summary>How much of what should be read was read, in one line.</summary>
    public string Against(IReadOnlyList<long> ends)
    {
        lock (_lock)
        {
            return string.Join(
                ", ", ends.Select((end, partition) => $"{partition}: {_seen[partition].Count} of {end}"));
        }
    }
}
