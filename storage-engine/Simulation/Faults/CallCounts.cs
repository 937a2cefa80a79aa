namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>How many calls of each operation a node's place has made, whoever filled it: what names a fault.</summary>
internal sealed class CallCounts
{
    private readonly string[] _names;
    private readonly long[] _counts;

    public CallCounts(int place)
    {
        _names = [.. Enum.GetNames<StorageOperation>().Select(operation => $"node{place}/{operation}")];
        _counts = new long[_names.Length];
    }

    /// <summary>The name of the place of the next call of an operation, and its number.</summary>
    public (string Where, long Count) Next(StorageOperation operation) =>
        (_names[(int)operation], ++_counts[(int)operation]);
}
