using System.Collections;

namespace Serverless.StorageEngine.Groups;

/// <summary>The records of one read, in the order in which they were taken.</summary>
/// <remarks>
/// In pieces that the runtime treats as small: one array that grows with a page of 10,000 records would be of those that
/// are freed last, several times over for each page.
/// </remarks>
internal sealed class ConsumedRecords : IReadOnlyList<ConsumedRecord>
{
    private const int PieceRecords = 512;
    private const int FirstRecords = 4;

    private readonly List<ConsumedRecord[]> _pieces = [];

    public int Count { get; private set; }

    public ConsumedRecord this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _pieces[index / PieceRecords][index % PieceRecords];
        }
    }

    /// <summary>Takes one more record.</summary>
    public void Add(in ConsumedRecord record)
    {
        if (Count % PieceRecords == 0)
        {
            _pieces.Add(new ConsumedRecord[Count == 0 ? FirstRecords : PieceRecords]);
        }
        else if (Count == _pieces[0].Length)
        {
            // Most reads of a slow topic take few records, so the first piece alone grows.
            var first = _pieces[0];
            Array.Resize(ref first, 2 * first.Length);
            _pieces[0] = first;
        }

        _pieces[^1][Count % PieceRecords] = record;
        Count++;
    }

    public IEnumerator<ConsumedRecord> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return _pieces[index / PieceRecords][index % PieceRecords];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
