using System.Diagnostics;

namespace Serverless.Benchmarks.Peers;

/// <summary>As many senders as a node's load has connections, each with one batch or record on its way.</summary>
internal static class Senders
{
    /// <summary>How many send batches.</summary>
    public const int OfBatches = 8;

    /// <summary>How many send single records.</summary>
    public const int OfOne = 32;

    /// <summary>How many records go together.</summary>
    public const int BatchRecords = Http.Documents.PerRequest;

    /// <summary>Sends for a time, and waits for what is on its way then.</summary>
    /// <param name="senders">How many at once.</param>
    /// <param name="window">How long.</param>
    /// <param name="sendAsync">Sends something by the sender with this number; gives the acknowledged records.</param>
    public static async Task<long> RunAsync(int senders, TimeSpan window, Func<int, Task<int>> sendAsync)
    {
        var began = Stopwatch.GetTimestamp();
        var sent = await Task.WhenAll(Enumerable.Range(0, senders).Select(number => Task.Run(async () =>
        {
            var records = 0L;
            while (Stopwatch.GetElapsedTime(began) < window)
            {
                records += await sendAsync(number);
            }

            return records;
        })));
        return sent.Sum();
    }
}
