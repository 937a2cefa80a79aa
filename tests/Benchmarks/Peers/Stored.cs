using System.Diagnostics;

namespace Serverless.Benchmarks.Peers;

/// <summary>What is read: records that were stored before, in a topic, stream or queue of their own.</summary>
internal static class Stored
{
    /// <summary>How many requests stored them, one after the other, each <see cref="Senders.BatchRecords"/>.</summary>
    public const int Batches = 200;

    /// <summary>How many records there are.</summary>
    public const int Records = Batches * Senders.BatchRecords;

    /// <summary>The name of that topic, stream or queue.</summary>
    public const string Name = "stored";

    /// <summary>Stores them.</summary>
    /// <param name="storeAsync">Stores one batch; ends when it is acknowledged.</param>
    public static async Task FillAsync(Func<Task> storeAsync)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            await storeAsync();
        }
    }

    /// <summary>Reads all of them again and again, until the time is over and the last pass is at its end.</summary>
    /// <param name="window">How long.</param>
    /// <param name="readAsync">Reads from the first record on until the tally has all.</param>
    /// <returns>The records of all passes.</returns>
    public static async Task<long> ReadAsync(TimeSpan window, Func<Tally, Task> readAsync)
    {
        var began = Stopwatch.GetTimestamp();
        var records = 0L;
        do
        {
            var tally = new Tally(0, Records);
            await readAsync(tally);
            records += tally.Records;
        }
        while (Stopwatch.GetElapsedTime(began) < window);

        return records;
    }
}
