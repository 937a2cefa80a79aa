using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>Which segments are stored at a moment, and how long they are.</summary>
internal sealed class SegmentsStored
{
    private readonly Dictionary<string, long> _lengths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>The length of a segment, also of one that was deleted; 0 while it never had a byte.</summary>
    public long LengthOf(string segment) => _lengths.GetValueOrDefault(segment);

    /// <summary>Whether a segment was there and was deleted.</summary>
    public bool WasDeleted(string segment) => _deleted.Contains(segment);

    /// <summary>Whether nothing is left of a segment.</summary>
    public bool HasNothingOf(string segment) => WasDeleted(segment) || LengthOf(segment) == 0;

    public void Add(StoredAppend append)
    {
        _lengths[append.Segment.Value] = append.End;

        // A copy that was deleted can be written again by a call that arrives late.
        _deleted.Remove(append.Segment.Value);
    }

    public void Add(StoredDeletion deletion)
    {
        if (deletion.Bytes.Length > 0)
        {
            _deleted.Add(deletion.Segment.Value);
        }
    }
}
