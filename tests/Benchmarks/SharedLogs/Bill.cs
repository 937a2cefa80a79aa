using Serverless.StorageEngine.Simulation;

namespace Serverless.Benchmarks.SharedLogs;

/// <summary>What a storage service bills for, and what it costs at list prices of a hot, locally redundant
/// account.</summary>
/// <param name="Writes">Appends, creations of blobs, parts and commits.</param>
/// <param name="Reads">Reads and questions for a length.</param>
/// <param name="TableOperations">Reads, queries and transactions of rows.</param>
internal readonly record struct Bill(double Writes, double Reads, double TableOperations)
{
    private const double WritePrice = 0.000005;
    private const double ReadPrice = 0.0000004;
    private const double TablePrice = 0.000000036;

    /// <summary>All of it in dollars.</summary>
    public double Dollars => (Writes * WritePrice) + (Reads * ReadPrice) + (TableOperations * TablePrice);

    /// <summary>What two stores were asked since they were reset.</summary>
    public static Bill Of(StorageOperations segments, StorageOperations tables) => new(
        segments.Appends + segments.Count(StorageOperation.CreateSegment)
            + segments.Count(StorageOperation.StagePart) + segments.Count(StorageOperation.CommitSegment)
            + segments.Count(StorageOperation.ListSegments),
        segments.Reads + segments.Count(StorageOperation.GetLength),
        tables.TableReads + tables.TableTransactions);

    /// <summary>So many times as much.</summary>
    public static Bill operator *(Bill bill, double factor) =>
        new(bill.Writes * factor, bill.Reads * factor, bill.TableOperations * factor);

    /// <summary>Both together.</summary>
    public static Bill operator +(Bill one, Bill other) =>
        new(one.Writes + other.Writes, one.Reads + other.Reads, one.TableOperations + other.TableOperations);
}
