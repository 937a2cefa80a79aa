using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Goes through those records of a batch that a read gives.</summary>
/// <param name="records">All records of the batch; not begun.</param>
/// <param name="offset">The first offset that is given.</param>
/// <param name="nextOffset">The offset behind the last one that is given.</param>
internal struct FetchedRecords(RecordEnumerator records, long offset, long nextOffset)
{
    private RecordEnumerator _records = records;

    /// <summary>The record that the last call of <see cref="MoveNext"/> has found.</summary>
    public readonly RecordView Current => _records.Current;

    /// <summary>Moves to the next record.</summary>
    /// <returns>False behind the last one.</returns>
    public bool MoveNext()
    {
        while (_records.MoveNext())
        {
            if (_records.Current.Offset >= offset)
            {
                return _records.Current.Offset < nextOffset;
            }
        }

        return false;
    }
}
