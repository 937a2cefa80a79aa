namespace Serverless.StorageEngine.Simulation;

/// <summary>
/// Counts what a simulated store was asked, as the storage service would bill it: refused calls count too.
/// </summary>
/// <remarks>
/// Safe to read while calls are counted. Each count stands for itself; together they are no snapshot.
/// </remarks>
public sealed class StorageOperations
{
    private readonly long[] _calls = new long[Enum.GetValues<StorageOperation>().Length];
    private long _bytesWritten;
    private long _bytesRead;

    /// <summary>Calls of every kind.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            for (var i = 0; i < _calls.Length; i++)
            {
                total += Interlocked.Read(ref _calls[i]);
            }

            return total;
        }
    }

    /// <summary>Appends, whatever their outcome.</summary>
    public long Appends => Count(StorageOperation.Append);

    /// <summary>Range reads of segments, whatever they found.</summary>
    public long Reads => Count(StorageOperation.ReadSegment);

    /// <summary>Reads of the table: single rows and pages.</summary>
    public long TableReads => Count(StorageOperation.GetRow) + Count(StorageOperation.QueryRows);

    /// <summary>Table transactions, whatever their outcome.</summary>
    public long TableTransactions => Count(StorageOperation.ExecuteTransaction);

    /// <summary>Payload bytes that took effect: blocks appended, parts staged, row contents committed.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>Payload bytes handed out: ranges of segments, row contents.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Calls of one kind.</summary>
    public long Count(StorageOperation operation) => Interlocked.Read(ref _calls[(int)operation]);

    /// <summary>Sets every count to zero, so that a test can count from a moment on.</summary>
    public void Reset()
    {
        for (var i = 0; i < _calls.Length; i++)
        {
            Interlocked.Exchange(ref _calls[i], 0);
        }

        Interlocked.Exchange(ref _bytesWritten, 0);
        Interlocked.Exchange(ref _bytesRead, 0);
    }

    internal void Called(StorageOperation operation) => Interlocked.Increment(ref _calls[(int)operation]);

    internal void Wrote(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    internal void Read(long bytes) => Interlocked.Add(ref _bytesRead, bytes);
}
