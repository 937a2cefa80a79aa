namespace Serverless.StorageEngine.Queues;

/// <summary>What one receive has acquired so far. Not safe for concurrent use.</summary>
/// <param name="request">How much it may take.</param>
internal sealed class TakenRecords(ReceiveRequest request)
{
    private readonly List<ReceivedRecord> _records = [];
    private long _bytes;

    /// <summary>How much it may take.</summary>
    public ReceiveRequest Request => request;

    /// <summary>What was acquired.</summary>
    public IReadOnlyList<ReceivedRecord> Records => _records;

    /// <summary>Whether there was more that could not be restored within the memory of the request.</summary>
    public bool HasNoRoom { get; private set; }

    /// <summary>Whether nothing more can be taken.</summary>
    public bool IsFull =>
        HasNoRoom || _records.Count >= request.RecordsMax || (_records.Count > 0 && _bytes >= request.BytesMax);

    /// <summary>How much the next partition may give.</summary>
    public FetchLimits Limits => new(
        request.RecordsMax - _records.Count,
        Math.Max(0, request.BytesMax - _bytes),
        FirstAnyway: _records.Count == 0,
        request.Memory);

    /// <summary>Takes note of what a fetch could not give.</summary>
    public void Note(FetchedRecords fetched) => HasNoRoom |= fetched.HasNoRoom;

    /// <summary>Adds records that are acquired now.</summary>
    public void Add(IReadOnlyList<ReceivedRecord> acquired)
    {
        _records.AddRange(acquired);
        _bytes += acquired.Sum(static one => (one.Record.Key?.Length ?? 0L) + (one.Record.Value?.Length ?? 0));
    }
}
